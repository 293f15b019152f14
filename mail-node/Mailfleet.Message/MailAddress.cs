using System.Buffers;
using System.Text;

namespace Mailfleet.Message;

/// <summary>
/// An address <c>local-part@domain</c> (RFC 5321 §4.1.2, RFC 6531 §3.3). It cannot hold control characters; the local part is kept without its quotes
/// and escapes (§4.1.2: the quoted and the plain form are the same address), the domain in lower-case A-labels or as an address literal.
/// </summary>
public sealed record MailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.1.</summary>
    public const int MaxLocalPartOctets = 64;

    private static readonly SearchValues<char> Atom = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <exception cref="ArgumentException">A part is not allowed in an address.</exception>
    public MailAddress(string localPart, string domain)
    {
        if (!IsLocalPart(localPart))
            throw new ArgumentException("Not a local part.", nameof(localPart));
        LocalPart = localPart;
        Domain = MailDomain.Normalize(domain) ?? throw new ArgumentException("Not a domain.", nameof(domain));
    }

    private MailAddress()
    {
    }

    public string LocalPart { get; private init; } = "";

    /// <summary>Empty for <c>postmaster</c> without a domain alone (RFC 5321 §4.5.1).</summary>
    public string Domain { get; private init; } = "";

    /// <summary><c>&lt;postmaster&gt;</c>, the one address that may stand without a domain.</summary>
    internal static MailAddress LocalPostmaster { get; } = new() { LocalPart = "postmaster" };

    /// <summary>Whether it needs SMTPUTF8 (RFC 6531) on its way.</summary>
    public bool IsInternationalized => !Ascii.IsValid(LocalPart);

    /// <summary>The domain is an IP address in brackets.</summary>
    public bool HasAddressLiteral => Domain.StartsWith('[');

    /// <summary>Null when a part is not allowed in an address.</summary>
    public static MailAddress? Create(string localPart, string domain) =>
        IsLocalPart(localPart) && MailDomain.Normalize(domain) is { } normal ? new MailAddress { LocalPart = localPart, Domain = normal } : null;

    /// <summary>Reads a bare address, as a user types it as log-in or a configuration names it. Null when it is none.</summary>
    public static MailAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> utf8 = stackalloc byte[PathParser.MaxPathOctets * 2];
        return Encoding.UTF8.TryGetBytes(text, utf8, out int length)
            && PathParser.ParseMailbox(utf8[..length], out int consumed) is { } address
            && consumed == length
                ? address
                : null;
    }

    public override string ToString()
    {
        if (Domain.Length == 0)
            return LocalPart;
        return IsDotString(LocalPart) ? $"{LocalPart}@{Domain}" : $"{Quote(LocalPart)}@{Domain}";
    }

    private static bool IsLocalPart(string text)
    {
        if (text.Length == 0)
            return false;
        int octets = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            // A lone surrogate comes out as U+FFFD: such text has no form on the wire.
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.Value is 0x2028 or 0x2029)
                return false;
            octets += rune.Utf8SequenceLength;
        }
        return octets <= MaxLocalPartOctets;
    }

    private static bool IsDotString(string text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (char c in text)
        {
            if (c < 0x80 && !Atom.Contains(c))
                return false;
        }
        return true;
    }

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"", text.Length + 4);
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
