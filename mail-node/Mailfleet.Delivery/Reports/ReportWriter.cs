using System.Buffers;
using System.Globalization;
using System.Text;
using Mailfleet.Message;

namespace Mailfleet.Delivery.Reports;

/// <summary>
/// Writes a delivery status notification: multipart/report (RFC 6522) with a text for people, message/delivery-status (RFC 3464) for programs, and what the
/// message was. Everything of ours is ASCII; the original's bytes stay as they are. It goes out with the null reverse-path, so nobody ever answers it.
/// </summary>
public static class ReportWriter
{
    private const int Base64LineBytes = 57;     // 76 characters, RFC 2045 §6.8

    public static ReadOnlyMemory<byte> Write(DeliveryReport report)
    {
        ArrayBufferWriter<byte> output = new(4096 + report.Original.Length);
        ReportTexts texts = ReportTexts.In(report.Language);
        string id = Guid.CreateVersion7(report.Now).ToString("N");
        string boundary = $"report-{id}";       // 122 random bits: the original cannot hold it
        bool isEightBit = report.Original.Span.ContainsAnyExceptInRange((byte)0, (byte)127);

        Line(output, $"From: Mail Delivery System <postmaster@{report.HostName}>");
        Line(output, $"To: <{Ascii(report.To.ToString())}>");
        Line(output, $"Subject: {Word(texts.SubjectOf(report.Action))}");
        Line(output, $"Date: {MailDate.Format(report.Now)}");
        Line(output, $"Message-ID: <{id}@{report.HostName}>");
        Line(output, $"Auto-Submitted: {(report.Action == ReportAction.Failed ? "auto-replied" : "auto-generated")}");     // RFC 3834 §5
        Line(output, "MIME-Version: 1.0");
        Line(output, $"Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"");
        if (isEightBit)
            Line(output, "Content-Transfer-Encoding: 8bit");
        Line(output, "");

        Line(output, $"--{boundary}");
        Line(output, "Content-Type: text/plain; charset=utf-8");
        Line(output, "Content-Transfer-Encoding: base64");
        Line(output, $"Content-Language: {(report.Language == "zh" ? "zh-CN" : "en")}");
        Line(output, "");
        WriteBase64(output, Encoding.UTF8.GetBytes(TextOf(report, texts)));

        Line(output, $"--{boundary}");
        Line(output, "Content-Type: message/delivery-status");
        Line(output, "");
        WriteStatus(output, report);

        Line(output, $"--{boundary}");
        Line(output, report.IsOriginalWhole ? "Content-Type: message/rfc822" : "Content-Type: text/rfc822-headers");
        if (isEightBit)
            Line(output, "Content-Transfer-Encoding: 8bit");
        Line(output, "");
        output.Write(report.Original.Span);
        if (!report.Original.Span.EndsWith("\r\n"u8))
            Line(output, "");
        Line(output, $"--{boundary}--");
        return output.WrittenMemory;
    }

    private static string TextOf(DeliveryReport report, ReportTexts texts)
    {
        StringBuilder text = new();
        text.Append(texts.OpeningOf(report.Action)).Append("\r\n\r\n");
        foreach (ReportedRecipient recipient in report.Recipients)
        {
            text.Append("    ").Append(recipient.Address).Append("\r\n");
            if (report.Action is ReportAction.Failed or ReportAction.Delayed)
                text.Append("        ").Append(texts.Reason).Append(": ").Append(recipient.Reply).Append("\r\n");
        }

        text.Append("\r\n");
        if (report is { Action: ReportAction.Delayed, GivenUpAt: { } end })
            text.Append(ReportTexts.Format(texts.GivenUpAt, end)).Append("\r\n\r\n");
        return text.Append(texts.Closing).Append("\r\n").ToString();
    }

    private static void WriteStatus(ArrayBufferWriter<byte> output, DeliveryReport report)
    {
        if (report.EnvelopeId is { } id)
            Line(output, $"Original-Envelope-Id: {Ascii(id)}");
        Line(output, $"Reporting-MTA: dns; {report.HostName}");
        Line(output, $"Arrival-Date: {MailDate.Format(report.ArrivedAt)}");
        foreach (ReportedRecipient recipient in report.Recipients)
        {
            Line(output, "");
            if (recipient.OriginalRecipient?.Split(';', 2) is [string type, string original])
                Line(output, $"Original-Recipient: {Ascii(type)}; {Ascii(original)}");
            Line(output, $"Final-Recipient: {(IsAscii(recipient.Address) ? "rfc822" : "utf-8")}; {Ascii(recipient.Address)}");
            Line(output, $"Action: {WordOf(report.Action)}");
            (string status, string? diagnostic) = StatusOf(recipient, report.Action);
            Line(output, $"Status: {status}");
            if (recipient.RemoteHost?.Split(' ', 2)[0] is { Length: > 0 } host)
                Line(output, $"Remote-MTA: dns; {Ascii(host)}");
            if (diagnostic is not null)
                Line(output, $"Diagnostic-Code: smtp; {diagnostic}");
            if (report is { Action: ReportAction.Delayed, GivenUpAt: { } end })
                Line(output, $"Will-Retry-Until: {MailDate.Format(end)}");
        }

        Line(output, "");
    }

    /// <summary>A reply of a server is its own diagnostic; what was found out here has a status alone.</summary>
    private static (string Status, string? Diagnostic) StatusOf(ReportedRecipient recipient, ReportAction action)
    {
        string[] words = recipient.Reply.Split(' ', 3);
        bool hasCode = words[0].Length == 3 && words[0].All(char.IsAsciiDigit);
        string? status = hasCode ? words.ElementAtOrDefault(1) : words[0];
        string fallback = action switch { ReportAction.Failed => "5.0.0", ReportAction.Delayed => "4.0.0", _ => "2.0.0" };

        // §2.3.4: the class agrees with the action, whatever the last reply was.
        bool isStatus = status?.Split('.') is [{ Length: 1 }, { Length: >= 1 and <= 3 }, { Length: >= 1 and <= 3 }] && status.All(c => c == '.' || char.IsAsciiDigit(c));
        string own = isStatus ? fallback[0] + status![1..] : fallback;
        return (own, hasCode || recipient.RemoteHost is not null ? Ascii(recipient.Reply) : null);
    }

    private static string WordOf(ReportAction action) => action switch
    {
        ReportAction.Failed => "failed",
        ReportAction.Delayed => "delayed",
        ReportAction.Delivered => "delivered",
        _ => "relayed",
    };

    private static bool IsAscii(string text) => System.Text.Ascii.IsValid(text);

    // RFC 6533 §3: what is not ASCII is written as its code point. What could end a line never gets this far, and is replaced all the same.
    private static string Ascii(string text)
    {
        StringBuilder ascii = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is >= 0x20 and <= 0x7E)
                ascii.Append((char)rune.Value);
            else if (rune.Value < 0x20 || rune.Value == 0x7F)
                ascii.Append('?');
            else
                ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return ascii.ToString();
    }

    // RFC 2047; our subjects are short enough for one encoded word.
    private static string Word(string text) => IsAscii(text) ? text : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static void WriteBase64(ArrayBufferWriter<byte> output, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; at += Base64LineBytes)
            Line(output, Convert.ToBase64String(bytes.AsSpan(at, Math.Min(Base64LineBytes, bytes.Length - at))));
    }

    private static void Line(ArrayBufferWriter<byte> output, string line) => Encoding.ASCII.GetBytes(line + "\r\n", output);
}
