using MimeKit;

namespace Mailfleet.Message.Summaries;

/// <summary>One part while it is read: first its header fields, then its body or its parts.</summary>
internal sealed class PartBuilder(KeptText text, EnvelopeBuilder? envelope)
{
    private readonly List<PartStructure> _parts = [];
    private PartStructure _fields = new("text", "plain", 0, 0, 0, 0);
    private string? _fileNameOfType;

    public IReadOnlyList<PartStructure> Parts => _parts;

    public PartStructure Fields => _fields;

    /// <summary>The envelope of the message that this part is the body of.</summary>
    public EnvelopeBuilder? Envelope { get; } = envelope;

    public void Add(PartStructure part) => _parts.Add(part);

    public void Add(Header header)
    {
        Envelope?.Add(header);
        switch (header.Id)
        {
            case HeaderId.ContentId:
                _fields = _fields with { ContentId = text.Keep(header.Value.Trim().Trim('<', '>')) };
                break;
            case HeaderId.ContentDescription:
                _fields = _fields with { Description = text.Keep(header.Value) };
                break;
            case HeaderId.ContentTransferEncoding:
                _fields = _fields with { Encoding = text.Keep(header.Value.Trim().ToLowerInvariant()) };
                break;
            case HeaderId.ContentLanguage:
                _fields = _fields with { Language = text.Keep(header.Value) };
                break;
            case HeaderId.ContentLocation:
                _fields = _fields with { Location = text.Keep(header.Value) };
                break;
            case HeaderId.ContentDisposition when ContentDisposition.TryParse(header.RawValue, out ContentDisposition? disposition):
                _fields = _fields with
                {
                    Disposition = text.Keep(disposition.Disposition.ToLowerInvariant()),
                    DispositionParameters = Parameters(disposition.Parameters),
                    FileName = text.Keep(disposition.FileName),
                };
                break;
        }
    }

    public void SetType(ContentType type)
    {
        _fields = _fields with
        {
            Type = text.Keep(type.MediaType.ToLowerInvariant()) ?? "",
            Subtype = text.Keep(type.MediaSubtype.ToLowerInvariant()) ?? "",
            Parameters = Parameters(type.Parameters),
        };
        _fileNameOfType = type.Name;
    }

    /// <summary>
    /// A part that ends before it has begun (two boundaries, one after the other) has its header where its body is. One that should hold parts and holds none, or
    /// stands too deep to look into, is opaque: BODYSTRUCTURE has no empty multipart (RFC 3501 §9).
    /// </summary>
    public PartStructure Build(long headerOffset, long bodyOffset, long endOffset, int lines, MessageEnvelope? nested)
    {
        bool isHollow = _parts.Count == 0 && (_fields.Type == "multipart" || _fields.Is("message", "rfc822"));
        return _fields with
        {
            Type = isHollow ? "application" : _fields.Type,
            Subtype = isHollow ? "octet-stream" : _fields.Subtype,
            HeaderOffset = Math.Min(headerOffset, bodyOffset),
            BodyOffset = bodyOffset,
            SizeBytes = Math.Max(0, endOffset - bodyOffset),
            Lines = lines,
            Parts = _parts,
            Envelope = isHollow ? null : nested,
            FileName = _fields.FileName ?? text.Keep(_fileNameOfType),
        };
    }

    private List<PartParameter> Parameters(ParameterList list)
    {
        List<PartParameter> kept = [];
        foreach (Parameter parameter in list)
        {
            if (!text.TryTake(16))
                break;
            kept.Add(new PartParameter(text.Keep(parameter.Name.ToLowerInvariant()) ?? "", text.Keep(parameter.Value) ?? ""));
        }

        return kept;
    }
}
