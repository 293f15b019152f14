using System.Buffers.Text;
using System.Text;

namespace Mailfleet.Smtp;

/// <summary>Parameters of MAIL and RCPT (RFC 5321 §4.1.2, esmtp-param). A refusal comes back as the reply it is.</summary>
internal static class ParameterParser
{
    private const int MaxEnvelopeIdOctets = 100;            // RFC 3461 §4.4
    private const int MaxOriginalRecipientOctets = 500;     // RFC 3461 §4.2

    /// <param name="text">What follows the path.</param>
    public static SmtpReply? ParseMail(ReadOnlySpan<byte> text, out MailParameters parameters)
    {
        parameters = MailParameters.None;
        Seen seen = Seen.None;
        while (Next(ref text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Is(name, "SIZE") && seen.Add(Seen.Size))
            {
                // RFC 1870 §3: up to 20 digits. What does not fit a long is too large in any case.
                if (value.Length is 0 or > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                    return SmtpReply.BadArguments;
                parameters = parameters with { SizeBytes = Utf8Parser.TryParse(value, out long size, out _) ? size : long.MaxValue };
            }
            else if (Is(name, "BODY") && seen.Add(Seen.Body))
            {
                if (!Is(value, "7BIT") && !Is(value, "8BITMIME"))
                    return SmtpReply.BadArguments;
                parameters = parameters with { Is8Bit = Is(value, "8BITMIME") };
            }
            else if (Is(name, "SMTPUTF8") && value.IsEmpty && seen.Add(Seen.SmtpUtf8))
            {
                parameters = parameters with { SmtpUtf8 = true };
            }
            else if (Is(name, "RET") && seen.Add(Seen.Return))
            {
                if (!Is(value, "FULL") && !Is(value, "HDRS"))
                    return SmtpReply.BadArguments;
                parameters = parameters with { Return = Is(value, "FULL") ? DsnReturn.Full : DsnReturn.Headers };
            }
            else if (Is(name, "ENVID") && seen.Add(Seen.EnvelopeId))
            {
                if (value.Length > MaxEnvelopeIdOctets || DecodeXtext(value) is not { } id)
                    return SmtpReply.BadArguments;
                parameters = parameters with { EnvelopeId = id };
            }
            else if (Is(name, "AUTH") && seen.Add(Seen.Auth))
            {
                // RFC 4954 §5: what a client says of the author is dropped, as from any client that we have no reason to trust with it.
                if (DecodeXtext(value) is null)
                    return SmtpReply.BadArguments;
            }
            else
            {
                return seen.IsRepeated ? SmtpReply.BadArguments : SmtpReply.UnknownParameter;
            }
        }
        return text.IsEmpty ? null : SmtpReply.BadArguments;
    }

    /// <param name="text">What follows the path.</param>
    public static SmtpReply? ParseRcpt(ReadOnlySpan<byte> text, out RcptParameters parameters)
    {
        parameters = RcptParameters.None;
        Seen seen = Seen.None;
        while (Next(ref text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Is(name, "NOTIFY") && seen.Add(Seen.Notify))
            {
                if (ParseNotify(value) is not { } notify)
                    return SmtpReply.BadArguments;
                parameters = parameters with { Notify = notify };
            }
            else if (Is(name, "ORCPT") && seen.Add(Seen.OriginalRecipient))
            {
                int semicolon = value.IndexOf((byte)';');
                if (semicolon <= 0 || value.Length > MaxOriginalRecipientOctets || DecodeXtext(value) is not { } recipient)
                    return SmtpReply.BadArguments;
                parameters = parameters with { OriginalRecipient = recipient };
            }
            else
            {
                return seen.IsRepeated ? SmtpReply.BadArguments : SmtpReply.UnknownParameter;
            }
        }
        return text.IsEmpty ? null : SmtpReply.BadArguments;
    }

    // RFC 3461 §4.1: NEVER stands alone.
    private static DsnNotify? ParseNotify(ReadOnlySpan<byte> value)
    {
        if (Is(value, "NEVER"))
            return DsnNotify.Never;
        DsnNotify notify = DsnNotify.Never;
        foreach (Range range in value.Split((byte)','))
        {
            ReadOnlySpan<byte> item = value[range];
            if (Is(item, "SUCCESS"))
                notify |= DsnNotify.Success;
            else if (Is(item, "FAILURE"))
                notify |= DsnNotify.Failure;
            else if (Is(item, "DELAY"))
                notify |= DsnNotify.Delay;
            else
                return null;
        }
        return notify;
    }

    // RFC 3461 §4: '+' and two upper-case hexadecimal digits stand for an octet. What decodes to a control character is refused.
    private static string? DecodeXtext(ReadOnlySpan<byte> text)
    {
        StringBuilder decoded = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int octet = text[i];
            if (octet == '+')
            {
                if (i + 2 >= text.Length || !Utf8Parser.TryParse(text.Slice(i + 1, 2), out byte hex, out int read, 'X') || read != 2)
                    return null;
                octet = hex;
                i += 2;
            }
            else if (octet == '=')
            {
                return null;
            }
            if (octet is < 0x20 or > 0x7E)
                return null;
            decoded.Append((char)octet);
        }
        return decoded.Length == 0 ? null : decoded.ToString();
    }

    // SP keyword [= value]. What stays in the text when it returns false is a fault, unless it is nothing.
    private static bool Next(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (text.IsEmpty || text[0] != ' ')
            return false;
        text = text.TrimStart((byte)' ');
        int end = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> parameter = end < 0 ? text : text[..end];
        text = text[parameter.Length..];
        int equals = parameter.IndexOf((byte)'=');
        name = equals < 0 ? parameter : parameter[..equals];
        value = equals < 0 ? default : parameter[(equals + 1)..];
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> text, string keyword) => Ascii.EqualsIgnoreCase(text, keyword);

    /// <summary>Which parameters have come: each may come once.</summary>
    private struct Seen
    {
        public const int Size = 1, Body = 2, SmtpUtf8 = 4, Return = 8, EnvelopeId = 16, Auth = 32, Notify = 64, OriginalRecipient = 128;

        private int _parameters;

        public static Seen None => default;

        public bool IsRepeated { get; private set; }

        public bool Add(int parameter)
        {
            IsRepeated = (_parameters & parameter) != 0;
            _parameters |= parameter;
            return !IsRepeated;
        }
    }
}
