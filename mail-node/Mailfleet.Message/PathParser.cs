using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Mailfleet.Message;

/// <summary>Paths and addresses of RFC 5321 §4.1.2 with the UTF-8 of RFC 6531 §3.3, read from bytes. Each returns null on a fault and says how much it read.</summary>
public static class PathParser
{
    /// <summary>RFC 5321 §4.5.3.1.3, brackets included.</summary>
    public const int MaxPathOctets = 256;

    private static readonly SearchValues<byte> AtomText = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);
    private static readonly SearchValues<byte> DomainText = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    /// <summary>Reads <c>&lt;&gt;</c>, <c>&lt;local@domain&gt;</c> or <c>&lt;@relay:local@domain&gt;</c>.</summary>
    public static ReversePath? ParseReversePath(ReadOnlySpan<byte> text, out int consumed)
    {
        if (text.StartsWith("<>"u8))
        {
            consumed = 2;
            return ReversePath.Null;
        }
        return ParseBracketed(text, out consumed) is { } address ? new ReversePath(address) : null;
    }

    /// <summary>Reads a recipient; <c>&lt;postmaster&gt;</c> needs no domain.</summary>
    public static ForwardPath? ParseForwardPath(ReadOnlySpan<byte> text, out int consumed)
    {
        ReadOnlySpan<byte> postmaster = "<postmaster>"u8;
        if (text.Length >= postmaster.Length && Ascii.EqualsIgnoreCase(text[..postmaster.Length], postmaster))
        {
            consumed = postmaster.Length;
            return ForwardPath.Postmaster;
        }
        return ParseBracketed(text, out consumed) is { } address ? new ForwardPath(address) : null;
    }

    /// <summary>Reads <c>local@domain</c> up to the first byte that belongs to neither.</summary>
    public static MailAddress? ParseMailbox(ReadOnlySpan<byte> text, out int consumed)
    {
        consumed = 0;
        int at = LocalPartLength(text);
        if (at <= 0 || at >= text.Length || text[at] != '@')
            return null;
        ReadOnlySpan<byte> domain = text[(at + 1)..];
        domain = domain[..DomainLength(domain)];
        if (!Utf8.IsValid(text[..at]) || !Utf8.IsValid(domain))
            return null;
        consumed = at + 1 + domain.Length;
        return MailAddress.Create(Unquote(text[..at]), Encoding.UTF8.GetString(domain));
    }

    private static MailAddress? ParseBracketed(ReadOnlySpan<byte> text, out int consumed)
    {
        consumed = 0;
        if (text.Length < 3 || text[0] != '<')
            return null;
        int start = 1 + SourceRouteLength(text[1..]);
        if (start == 0)
            return null;
        MailAddress? address = ParseMailbox(text[start..], out int length);
        int end = start + length;
        if (address is null || end >= text.Length || text[end] != '>' || end >= MaxPathOctets)
            return null;
        consumed = end + 1;
        return address;
    }

    // RFC 5321 §4.1.1.3: a source route is accepted and ignored. −1 when it is malformed.
    private static int SourceRouteLength(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && text[i] == '@')
        {
            int length = DomainLength(text[(i + 1)..]);
            i += 1 + length;
            if (length == 0 || i >= text.Length)
                return -1;
            if (text[i] == ':')
                return i + 1;
            if (text[i] != ',')
                return -1;
            i++;
        }
        return i == 0 ? 0 : -1;
    }

    // Dot-string or quoted-string; 0 when there is neither.
    internal static int LocalPartLength(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '"')
            return QuotedLength(text);
        int i = 0;
        bool afterDot = true;
        for (; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (afterDot)
                    return 0;
                afterDot = true;
            }
            else if (AtomText.Contains(text[i]) || text[i] >= 0x80)
            {
                afterDot = false;
            }
            else
            {
                break;
            }
        }
        return afterDot ? 0 : i;
    }

    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    return i == 1 ? 0 : i + 1;      // "" names nobody
                case (byte)'\\':
                    if (++i >= text.Length || text[i] is < 0x20 or > 0x7E)
                        return 0;
                    break;
                case < 0x20 or 0x7F:
                    return 0;
            }
        }
        return 0;
    }

    private static int DomainLength(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '[')
            return text.IndexOf((byte)']') + 1;
        int i = 0;
        while (i < text.Length && (DomainText.Contains(text[i]) || text[i] >= 0x80))
            i++;
        return i;
    }

    private static string Unquote(ReadOnlySpan<byte> localPart)
    {
        if (localPart[0] != '"')
            return Encoding.UTF8.GetString(localPart);
        Span<byte> plain = localPart.Length <= 512 ? stackalloc byte[localPart.Length] : new byte[localPart.Length];
        int length = 0;
        for (int i = 1; i < localPart.Length - 1; i++)
        {
            if (localPart[i] == '\\')
                i++;
            plain[length++] = localPart[i];
        }
        return Encoding.UTF8.GetString(plain[..length]);
    }
}
