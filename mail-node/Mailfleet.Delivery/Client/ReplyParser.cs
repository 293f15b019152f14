using System.Buffers;
using System.Text;

namespace Mailfleet.Delivery.Client;

/// <summary>Reads the lines of a reply (RFC 5321 §4.2, RFC 2034). Pure; null is a fault.</summary>
internal static class ReplyParser
{
    private const int MaxTextLength = 500;      // what a trace row and a report can hold of the best-meant essay

    private static readonly SearchValues<char> Printable = SearchValues.Create(Enumerable.Range(0x20, 0x5F).Select(c => (char)c).ToArray());

    /// <summary>Splits a line into its code, its text, and whether more lines follow.</summary>
    public static (int Code, bool IsLast, string Text)? ParseLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9') || line[0] is < (byte)'2' or > (byte)'5')
            return null;
        if (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
            return null;
        int code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
        return (code, line.Length == 3 || line[3] == ' ', line.Length > 4 ? Encoding.Latin1.GetString(line[4..]) : "");
    }

    /// <summary>Makes one reply of its lines; the enhanced status is the first line's, and is only believed when it agrees with the code.</summary>
    public static DeliveryReply Join(int code, IReadOnlyList<string> lines)
    {
        (string? status, int length) = StatusOf(lines[0], code);
        StringBuilder text = new();
        foreach (string line in lines)
        {
            string rest = status is not null && StatusOf(line, code) is (not null, int own) ? line[own..] : line;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(rest.Trim());
            if (text.Length > MaxTextLength)
                break;
        }

        return new DeliveryReply(code, status ?? DefaultStatus(code), Clean(text.ToString()));
    }

    // class "." subject "." detail, then a space or the end (RFC 2034 §4).
    private static (string? Status, int Length) StatusOf(string line, int code)
    {
        int end = line.IndexOf(' ', StringComparison.Ordinal);
        string word = end < 0 ? line : line[..end];
        string[] parts = word.Split('.');
        bool isStatus = parts.Length == 3 && parts[0].Length == 1 && parts[0][0] - '0' == code / 100
            && parts[1].Length is >= 1 and <= 3 && parts[2].Length is >= 1 and <= 3 && parts.All(part => part.All(char.IsAsciiDigit));
        return isStatus ? (word, word.Length) : (null, 0);
    }

    // RFC 3463 has no word for a bare code: the class says what matters.
    private static string DefaultStatus(int code) => (code / 100) switch
    {
        4 => "4.0.0",
        5 => "5.0.0",
        _ => "2.0.0",
    };

    private static string Clean(string text)
    {
        if (text.Length > MaxTextLength)
            text = text[..MaxTextLength];
        return text.AsSpan().ContainsAnyExcept(Printable) ? string.Concat(text.Select(c => Printable.Contains(c) ? c : '?')) : text;
    }
}
