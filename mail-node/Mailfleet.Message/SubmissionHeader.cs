using System.Buffers;
using System.Text;

namespace Mailfleet.Message;

/// <summary>What a submission server may change in a header (RFC 6409 §8): add Date and Message-ID when missing, remove Bcc. All other bytes stay.</summary>
public static class SubmissionHeader
{
    /// <summary>The header to send on, its empty line included.</summary>
    /// <param name="messageId">For a message that has none, without brackets: <c>unique@host</c>.</param>
    public static ReadOnlyMemory<byte> Complete(HeaderBlock header, DateTimeOffset now, string messageId)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (MailAddress.Parse(messageId) is null)
            throw new ArgumentException("Not a message id.", nameof(messageId));
        ArrayBufferWriter<byte> output = new();
        int kept = 0;
        foreach (HeaderField field in header.Fields)
        {
            if (!field.Is("Bcc") && !field.Is("Resent-Bcc"))
                continue;
            output.Write(header.Bytes.Span[kept..field.Offset]);
            kept = field.Offset + field.Raw.Length;
        }
        output.Write(header.Bytes.Span[kept..]);
        if (output.WrittenCount > 0 && !output.WrittenSpan.EndsWith("\n"u8))
            output.Write("\r\n"u8);
        if (header.Find("Date") is null)
            Write(output, $"Date: {MailDate.Format(now)}\r\n");
        if (header.Find("Message-ID") is null)
            Write(output, $"Message-ID: <{messageId}>\r\n");
        output.Write("\r\n"u8);
        return output.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> output, string line) => Encoding.ASCII.GetBytes(line, output);
}
