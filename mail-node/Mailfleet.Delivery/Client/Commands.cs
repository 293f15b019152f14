using System.Globalization;
using System.Text;

namespace Mailfleet.Delivery.Client;

/// <summary>Commands as they go out. What stands in them comes from types that hold no control character, or is encoded here.</summary>
internal static class Commands
{
    public static string Mail(OutboundMessage message, ServerExtensions server)
    {
        StringBuilder line = new($"MAIL FROM:{message.From}");
        if (server.Size)
            line.Append(CultureInfo.InvariantCulture, $" SIZE={message.SizeBytes}");
        if (server.EightBit && message.Is8Bit)
            line.Append(" BODY=8BITMIME");
        if (server.Utf8 && message.IsUtf8)
            line.Append(" SMTPUTF8");
        if (server.Dsn && message.ReturnFull is { } full)
            line.Append(full ? " RET=FULL" : " RET=HDRS");
        if (server.Dsn && message.EnvelopeId is { } id)
            line.Append(" ENVID=").Append(Xtext(id));
        return line.ToString();
    }

    public static string Rcpt(OutboundRecipient recipient, ServerExtensions server)
    {
        StringBuilder line = new($"RCPT TO:<{recipient.Address}>");
        if (server.Dsn && recipient.Notify is { } notify)
            line.Append(" NOTIFY=").Append(notify);
        if (server.Dsn && recipient.OriginalRecipient is { } original && original.IndexOf(';', StringComparison.Ordinal) is > 0 and int colon)
            line.Append(" ORCPT=").Append(original, 0, colon + 1).Append(Xtext(original[(colon + 1)..]));
        return line.ToString();
    }

    // RFC 3461 §4.
    private static string Xtext(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (char c in text)
        {
            if (c is >= '!' and <= '~' and not '+' and not '=')
                encoded.Append(c);
            else
                encoded.Append('+').Append(((int)(c & 0xFF)).ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
