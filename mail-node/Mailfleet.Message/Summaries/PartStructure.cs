namespace Mailfleet.Message.Summaries;

/// <summary>A body part and what stands in it (RFC 2045, RFC 3501 §7.4.2 BODYSTRUCTURE), with its place in the stored message.</summary>
/// <param name="Type">In lower case: text.</param>
/// <param name="Subtype">In lower case: plain.</param>
/// <param name="HeaderOffset">Where the part's header begins, in bytes of the stored message.</param>
/// <param name="BodyOffset">Where its body begins, after the empty line.</param>
/// <param name="SizeBytes">Of the body as it stands there, still encoded.</param>
/// <param name="Lines">Lines of the body.</param>
public sealed record PartStructure(string Type, string Subtype, long HeaderOffset, long BodyOffset, long SizeBytes, int Lines)
{
    public IReadOnlyList<PartParameter> Parameters { get; init; } = [];

    public string? ContentId { get; init; }

    public string? Description { get; init; }

    /// <summary>In lower case; null for none.</summary>
    public string? Encoding { get; init; }

    /// <summary>In lower case; null for none.</summary>
    public string? Disposition { get; init; }

    public IReadOnlyList<PartParameter> DispositionParameters { get; init; } = [];

    public string? Language { get; init; }

    public string? Location { get; init; }

    /// <summary>From the disposition or, as older programs write it, from the type's name.</summary>
    public string? FileName { get; init; }

    /// <summary>The parts of a multipart; the one body of a message/rfc822.</summary>
    public IReadOnlyList<PartStructure> Parts { get; init; } = [];

    /// <summary>Of a message/rfc822.</summary>
    public MessageEnvelope? Envelope { get; init; }

    public bool Is(string type, string? subtype = null) => Type == type && (subtype is null || Subtype == subtype);
}
