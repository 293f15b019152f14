using MimeKit;

namespace Mailfleet.Message.Summaries;

/// <summary>
/// Reads a message once from front to end, in bounded memory whatever it holds, and makes its summary. Never throws on what a message says; faults of the
/// stream come through.
/// </summary>
public static class SummaryReader
{
    static SummaryReader() => Charset.Register();

    /// <param name="message">The stored copy, at its beginning; read to its end at most.</param>
    public static MessageSummary Read(Stream message, long sizeBytes, SummaryLimits limits)
    {
        KeptText text = new(limits.MaxKeptCharacters);
        using MeteredStream metered = new(message, limits.MaxHeaderBytes);
        using PartReader reader = new(metered, text, limits);
        try
        {
            reader.ReadMessage();
        }
        catch (Exception problem) when (problem is not (IOException or OutOfMemoryException))
        {
            // Beyond the budgets, nothing that begins like a message, or one that the library stumbles over: what is known stays, the rest is one part that nobody
            // looks into. A message that could not be described would keep its folder from being listed.
            return reader.Finish(sizeBytes, isWhole: false);
        }

        return reader.Finish(sizeBytes, isWhole: true);
    }

    private sealed class PartReader : MimeReader, IDisposable
    {
        private readonly MeteredStream _stream;
        private readonly KeptText _text;
        private readonly SummaryLimits _limits;
        private readonly Stack<PartBuilder> _open = [];
        private readonly Stack<EnvelopeBuilder> _nested = [];
        private readonly EnvelopeBuilder _envelope;
        private readonly MemoryStream _captured = new();
        private PartBuilder? _next;
        private EnvelopeBuilder? _nextEnvelope;
        private PartStructure? _root;
        private bool _isCapturing;
        private string? _charset;
        private string? _plain;
        private string? _html;
        private bool _hasAttachment;
        private long _headerBytes;
        private long _bodyOffset;
        private int _parts;

        public PartReader(MeteredStream stream, KeptText text, SummaryLimits limits)
            : base(new ParserOptions { MaxMimeDepth = limits.MaxDepth }, stream, MimeFormat.Entity)
        {
            (_stream, _text, _limits) = (stream, text, limits);
            _envelope = _nextEnvelope = new EnvelopeBuilder(text);
        }

        public MessageSummary Finish(long sizeBytes, bool isWhole)
        {
            PartStructure structure = isWhole && _root is { } root
                ? root
                : new PartStructure("application", "octet-stream", 0, _bodyOffset, Math.Max(0, sizeBytes - _bodyOffset), 0);
            string preview = _plain is { Length: > 0 } plain ? plain : _html ?? "";
            return new MessageSummary(_envelope.Build(_charset), preview, _hasAttachment, structure);
        }

        public void Dispose() => _captured.Dispose();

        protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            _next = new PartBuilder(_text, _nextEnvelope);
            _nextEnvelope = null;
        }

        protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
        {
            _stream.Show();
            _headerBytes += header.RawField.Length + header.RawValue.Length;
            if (_headerBytes > _limits.MaxHeaderBytes)
                throw new BudgetException();
            _next?.Add(header);
        }

        protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken)
        {
            if (_open.Count == 0)
                _bodyOffset = endOffset;
        }

        protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            PartStructure fields = Open(contentType).Fields;
            _isCapturing = fields.Type == "text" && fields.Disposition != "attachment"
                && (fields.Subtype == "html" ? _html is null : fields.Subtype == "plain" && _plain is null);
            _captured.SetLength(0);
            if (fields.Type == "text")
                _charset ??= fields.Parameters.FirstOrDefault(parameter => parameter.Name == "charset")?.Value;
        }

        protected override void OnMimePartContentRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken)
        {
            _stream.Show();
            if (_isCapturing)
                _captured.Write(content, startIndex, (int)Math.Min(count, _limits.MaxPreviewBytes - _captured.Length));
        }

        protected override void OnMimePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            PartStructure part = Close(beginOffset, headersEndOffset, endOffset, lines, nested: null);
            if (_isCapturing)
            {
                string preview = PreviewText.Of(part, _captured.ToArray(), _limits.PreviewCharacters);
                if (part.Subtype == "html")
                    _html = preview;
                else
                    _plain = preview;
            }

            _isCapturing = false;
            _hasAttachment |= IsAttachment(part, _open.TryPeek(out PartBuilder? parent) ? parent.Fields : null);
        }

        protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        {
            Open(contentType);
            _nested.Push(_nextEnvelope = new EnvelopeBuilder(_text));
        }

        protected override void OnMessagePartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        {
            _nextEnvelope = null;           // of a message that has no header
            Close(beginOffset, headersEndOffset, endOffset, lines, _nested.TryPop(out EnvelopeBuilder? envelope) ? envelope.Build(_charset) : null);
            _hasAttachment = true;
        }

        protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Open(contentType);

        protected override void OnMultipartPreambleRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken) => _stream.Show();

        protected override void OnMultipartEpilogueRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken) => _stream.Show();

        protected override void OnMultipartEnd(
            ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) =>
            Close(beginOffset, headersEndOffset, endOffset, lines, nested: null);

        private static bool IsAttachment(PartStructure part, PartStructure? parent)
        {
            if (part.Disposition == "attachment")
                return part.Subtype is not ("pgp-signature" or "pkcs7-signature" or "x-pkcs7-signature");
            bool isInsideText = parent is { } outer && outer.Is("multipart", "related") && part.ContentId is not null;
            return !isInsideText && part.Type != "multipart" && (part.Type == "text" ? part.FileName is not null : part.Subtype is not ("pgp-signature" or "pkcs7-signature" or "x-pkcs7-signature" or "pgp-encrypted"));
        }

        private PartBuilder Open(ContentType type)
        {
            if (++_parts > _limits.MaxParts)
                throw new BudgetException();
            PartBuilder part = _next ?? new PartBuilder(_text, envelope: null);
            _next = null;
            part.SetType(type);
            _open.Push(part);
            return part;
        }

        private PartStructure Close(long headerOffset, long bodyOffset, long endOffset, int lines, MessageEnvelope? nested)
        {
            PartBuilder part = _open.Pop();
            PartStructure structure = part.Build(headerOffset, bodyOffset, endOffset, lines, nested);
            if (_open.TryPeek(out PartBuilder? parent))
                parent.Add(structure);
            else
                _root = structure;
            return structure;
        }
    }
}
