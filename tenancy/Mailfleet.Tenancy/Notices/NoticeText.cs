using System.Globalization;
using System.Text;

namespace Mailfleet.Tenancy.Notices;

/// <summary>A plain message of the host as bytes: ASCII header, UTF-8 text in base64, so that no line is too long and none is changed on its way.</summary>
internal static class NoticeText
{
    private const int EncodedLine = 76; // RFC 2045 §6.8
    private const int WordBytes = 45;   // base64 of it fits an encoded word of 75 characters (RFC 2047 §2)

    /// <param name="id">Unique part of the Message-ID: letters, digits, dots and dashes.</param>
    /// <param name="to">An address without line ends; the address book's rules see to it.</param>
    public static byte[] Write(string host, string id, string to, string subject, string text, DateTimeOffset now)
    {
        StringBuilder message = new();
        message.Append(CultureInfo.InvariantCulture, $"From: postmaster@{host}\r\n");
        message.Append(CultureInfo.InvariantCulture, $"To: {(to.All(c => c is > ' ' and <= '~') ? to : "undisclosed-recipients:;")}\r\n"); // no SMTPUTF8 needed
        message.Append(CultureInfo.InvariantCulture, $"Subject: {Encode(subject)}\r\n");
        message.Append(CultureInfo.InvariantCulture, $"Date: {now.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        message.Append(CultureInfo.InvariantCulture, $"Message-ID: <{id}@{host}>\r\n");
        message.Append("Auto-Submitted: auto-generated\r\n"); // RFC 3834 §5: nobody's vacation answers it
        message.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        foreach (char[] line in Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))).Chunk(EncodedLine))
            message.Append(line).Append("\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    // RFC 2047: words are whole characters, folded one a line.
    private static string Encode(string subject)
    {
        if (subject.All(c => c is >= ' ' and <= '~'))
            return subject;
        List<string> words = [];
        StringBuilder word = new();
        foreach (Rune rune in subject.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > WordBytes)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            word.Append(rune);
        }

        words.Add(word.ToString());
        return string.Join("\r\n ", words.Select(part => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(part))}?="));
    }
}
