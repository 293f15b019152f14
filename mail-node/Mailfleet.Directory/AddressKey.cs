using System.Globalization;
using System.Text;
using Mailfleet.Message;

namespace Mailfleet.Directory;

/// <summary>An address as the directory writes it: lower case, the domain in A-labels.</summary>
internal readonly record struct AddressKey(string LocalPart, string Domain)
{
    private const int MaxLocalPartBytes = 64; // RFC 5321 §4.5.3.1.1
    private const int MaxDomainBytes = 253;

    // UTS #46 by ICU; the same mapping browsers and the control plane use.
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Case of a local part is the receiving host's affair (RFC 5321 §2.4); here it does not count.</summary>
    public static AddressKey Of(MailAddress address) => new(Fold(address.LocalPart), address.Domain);

    /// <summary>Reads what a person types as log-in; null when it cannot be an address.</summary>
    public static AddressKey? TryParse(string login)
    {
        int at = login.LastIndexOf('@');
        if (at < 1 || login.Length > MaxLocalPartBytes + 1 + MaxDomainBytes || !login.EnumerateRunes().All(IsPlain))
            return null;

        string localPart = Fold(login[..at]);
        return Encoding.UTF8.GetByteCount(localPart) <= MaxLocalPartBytes && ToALabels(login[(at + 1)..]) is { } domain
            ? new AddressKey(localPart, domain)
            : null;
    }

    public override string ToString() => $"{LocalPart}@{Domain}";

    // A lone surrogate is enumerated as the replacement character; like a NUL, the database would refuse it as a fault, not as a stranger.
    private static bool IsPlain(Rune rune) => !Rune.IsControl(rune) && rune != Rune.ReplacementChar;

    private static string Fold(string localPart) => localPart.ToLowerInvariant();

    private static string? ToALabels(string domain)
    {
        if (domain.Length is 0 or > MaxDomainBytes)
            return null;
        try
        {
            return Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null; // not a domain name; IdnMapping has no other way to say so
        }
    }
}
