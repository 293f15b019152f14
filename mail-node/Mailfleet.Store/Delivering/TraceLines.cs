using System.Text;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// The lines that a mailbox's own copy starts with: Return-Path (RFC 5321 §4.4) and Delivered-To (RFC 9228). They are kept as parameters of
/// the message row, so that one blob serves every recipient. A message that was not delivered to an address has none.
/// </summary>
internal static class TraceLines
{
    private const string Format = "Return-Path: <{0}>\r\nDelivered-To: {1}\r\n";

    /// <summary>Bytes of the lines beside the two texts; the check's SQL uses the same number.</summary>
    public static readonly int FixedLength = Format.Length - "{0}{1}".Length;

    public static long LengthOf(string returnPath, string deliveredTo) =>
        deliveredTo.Length == 0 ? 0 : FixedLength + Encoding.UTF8.GetByteCount(returnPath) + Encoding.UTF8.GetByteCount(deliveredTo);

    public static byte[] Encode(string returnPath, string deliveredTo) =>
        deliveredTo.Length == 0 ? [] : Encoding.UTF8.GetBytes($"Return-Path: <{returnPath}>\r\nDelivered-To: {deliveredTo}\r\n");

    /// <summary>Text that PostgreSQL takes and that cannot end a header line: control characters and halves of surrogate pairs become question marks.</summary>
    public static string Scrub(string text)
    {
        StringBuilder? scrubbed = null;
        int index = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isBad = Rune.IsControl(rune) || (rune == Rune.ReplacementChar && text[index] != '\uFFFD');
            if (isBad)
                scrubbed ??= new StringBuilder(text, 0, index, text.Length);
            scrubbed?.Append(isBad ? "?" : rune.ToString());
            index += rune.Utf16SequenceLength;
        }

        return scrubbed?.ToString() ?? text;
    }
}
