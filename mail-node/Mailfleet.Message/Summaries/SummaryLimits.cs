namespace Mailfleet.Message.Summaries;

/// <summary>Budgets of one message's reading. A message beyond them is described as far as it was read, its body as one opaque part.</summary>
public sealed record SummaryLimits
{
    public static readonly SummaryLimits Default = new();

    /// <summary>Levels of multiparts and messages in each other; people's mail has five.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>Body parts; a digest has a hundred.</summary>
    public int MaxParts { get; init; } = 500;

    /// <summary>Bytes of all headers together: long chains of Received and References take 50 KB.</summary>
    public int MaxHeaderBytes { get; init; } = 512 << 10;

    /// <summary>Characters kept of all header values together, so that a row stays small.</summary>
    public int MaxKeptCharacters { get; init; } = 64 << 10;

    /// <summary>Bytes of a text part that the preview is made of, as they stand there; HTML begins with much that is no text.</summary>
    public int MaxPreviewBytes { get; init; } = 32 << 10;

    /// <summary>Characters of a preview (RFC 8621 §4.1.4: at most 256).</summary>
    public int PreviewCharacters { get; init; } = 200;
}
