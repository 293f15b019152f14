using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mailfleet.Message;

/// <summary>Domain names and address literals in the one form they are compared in: lower-case A-labels, or a canonical literal in brackets.</summary>
public static class MailDomain
{
    /// <summary>RFC 5321 §4.5.3.1.2.</summary>
    public const int MaxOctets = 255;

    private const int MaxLabelOctets = 63;
    private const string Ipv6Tag = "IPv6:";

    private static readonly SearchValues<char> LowerLdh = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    private static readonly SearchValues<char> Ipv6Text = SearchValues.Create("0123456789abcdefABCDEF:.");

    // Unassigned code points are refused: what they will mean one day may be a name that somebody else owns.
    private static readonly IdnMapping Idna = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>Takes a domain or an address literal to its canonical form; null when it is neither (RFC 5321 §4.1.2 and §4.1.3, RFC 6531 §3.3).</summary>
    public static string? Normalize(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain.StartsWith('['))
            return NormalizeLiteral(domain);
        if (domain.Length is 0 or > MaxOctets)
            return null;
        string ascii = domain;
        if (domain.AsSpan().ContainsAnyExcept(LowerLdh))
        {
            try
            {
                ascii = Idna.GetAscii(domain).ToLowerInvariant();
            }
            catch (ArgumentException)
            {
                return null;
            }
        }
        return IsHostName(ascii) ? ascii : null;
    }

    // Let-dig [Ldh-str] in each label; no root dot on the wire.
    private static bool IsHostName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxOctets || name.ContainsAnyExcept(LowerLdh))
            return false;
        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            if (label.Length is 0 or > MaxLabelOctets || label[0] == '-' || label[^1] == '-')
                return false;
        }
        return true;
    }

    // RFC 5321 §4.1.3. General literals have no registered tag, so they are refused.
    private static string? NormalizeLiteral(string domain)
    {
        if (domain.Length < 3 || domain[^1] != ']')
            return null;
        ReadOnlySpan<char> inner = domain.AsSpan(1, domain.Length - 2);
        if (inner.StartsWith(Ipv6Tag, StringComparison.OrdinalIgnoreCase))
        {
            ReadOnlySpan<char> text = inner[Ipv6Tag.Length..];
            return !text.ContainsAnyExcept(Ipv6Text) && IPAddress.TryParse(text, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6
                ? Literal(v6)
                : null;
        }
        // Four decimal parts: IPAddress alone would also take 127.1 and octal.
        return inner.Count('.') == 3 && IPAddress.TryParse(inner, out IPAddress? v4) && v4.AddressFamily == AddressFamily.InterNetwork && inner.SequenceEqual(v4.ToString())
            ? Literal(v4)
            : null;
    }

    /// <summary>The address literal of an IP address; a mapped IPv4 address as the IPv4 address it is.</summary>
    public static string Literal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Ipv6Tag}{new IPAddress(plain.GetAddressBytes())}]" : $"[{plain}]";
    }
}
