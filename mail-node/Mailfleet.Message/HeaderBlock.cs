namespace Mailfleet.Message;

/// <summary>
/// The header of a message, cut into fields without changing a byte (RFC 5322 §2.2). Lines that are no field do not end it: whatever another reader
/// might take for a field is counted here.
/// </summary>
public sealed class HeaderBlock
{
    private HeaderBlock(ReadOnlyMemory<byte> bytes, List<HeaderField> fields, int bodyOffset, bool isWellFormed)
    {
        Bytes = bytes;
        Fields = fields;
        BodyOffset = bodyOffset;
        IsWellFormed = isWellFormed;
    }

    /// <summary>All of it but the empty line.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public IReadOnlyList<HeaderField> Fields { get; }

    /// <summary>Where the body begins, after the empty line; the length of the message when it has none.</summary>
    public int BodyOffset { get; }

    /// <summary>Every line is a field or the continuation of one.</summary>
    public bool IsWellFormed { get; }

    /// <summary>Reads a whole message or the front of one up to the empty line.</summary>
    public static HeaderBlock Parse(ReadOnlyMemory<byte> message)
    {
        List<HeaderField> fields = [];
        bool isWellFormed = true;
        int at = 0;
        while (at < message.Length)
        {
            int length = LineLength(message.Span[at..]);
            if (IsEmptyLine(message.Span.Slice(at, length)))
                return new HeaderBlock(message[..at], fields, at + length, isWellFormed);
            while (at + length < message.Length && message.Span[at + length] is (byte)' ' or (byte)'\t')
                length += LineLength(message.Span[(at + length)..]);
            ReadOnlyMemory<byte> raw = message.Slice(at, length);
            if (NameEnd(raw.Span) is { } colon)
                fields.Add(new HeaderField(raw, at, colon));
            else
                isWellFormed = false;
            at += length;
        }
        return new HeaderBlock(message, fields, at, isWellFormed);
    }

    public int Count(string name)
    {
        int count = 0;
        foreach (HeaderField field in Fields)
        {
            if (field.Is(name))
                count++;
        }
        return count;
    }

    /// <summary>The first field of that name.</summary>
    public HeaderField? Find(string name)
    {
        foreach (HeaderField field in Fields)
        {
            if (field.Is(name))
                return field;
        }
        return null;
    }

    private static int LineLength(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        return end < 0 ? text.Length : end + 1;
    }

    private static bool IsEmptyLine(ReadOnlySpan<byte> line) => line.SequenceEqual("\r\n"u8) || line.SequenceEqual("\n"u8);

    // Printable ASCII but the colon (RFC 5322 §3.6.8), then perhaps white space.
    private static int? NameEnd(ReadOnlySpan<byte> field)
    {
        int colon = field.IndexOf((byte)':');
        if (colon <= 0)
            return null;
        ReadOnlySpan<byte> name = field[..colon].TrimEnd(" \t"u8);
        return name.Length > 0 && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? colon : null;
    }
}
