using System.Text;

namespace Mailfleet.Message;

/// <summary>One field of a header as it came (RFC 5322 §2.2), its folding and last CRLF included.</summary>
public readonly struct HeaderField
{
    private readonly int _nameLength;
    private readonly int _valueStart;

    internal HeaderField(ReadOnlyMemory<byte> raw, int offset, int colon)
    {
        Raw = raw;
        Offset = offset;
        // RFC 5322 §4.5: old software put white space before the colon; to every reader it is the same field.
        _nameLength = raw.Span[..colon].TrimEnd(" \t"u8).Length;
        _valueStart = colon + 1;
    }

    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Where it begins in the header.</summary>
    public int Offset { get; }

    /// <summary>What follows the colon, still folded.</summary>
    public ReadOnlySpan<byte> Value => Raw.Span[_valueStart..];

    public string Name => Encoding.ASCII.GetString(Raw.Span[.._nameLength]);

    /// <summary>Names know no case (RFC 5322 §1.2.2).</summary>
    public bool Is(string name) => Ascii.EqualsIgnoreCase(Raw.Span[.._nameLength], name);

    /// <summary>The value in one line, without white space around it (RFC 5322 §2.2.3). What is not UTF-8 becomes U+FFFD.</summary>
    public string Unfold() => Encoding.UTF8.GetString(Value).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim(' ', '\t');
}
