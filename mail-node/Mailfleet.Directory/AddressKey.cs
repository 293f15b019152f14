using Mailfleet.Message;

namespace Mailfleet.Directory;

/// <summary>An address as the directory writes it: lower case, the domain in A-labels.</summary>
internal readonly record struct AddressKey(string LocalPart, string Domain)
{
    /// <summary>Case of a local part is the receiving host's affair (RFC 5321 §2.4); here it does not count.</summary>
    public static AddressKey Of(MailAddress address) => new(address.LocalPart.ToLowerInvariant(), address.Domain);

    /// <summary>Reads what a person types as log-in; null when it cannot be an address.</summary>
    public static AddressKey? TryParse(string login) => MailAddress.Parse(login) is { } address ? Of(address) : null;

    /// <summary>Whether mail for it must find somebody in every domain: RFC 5321 §4.5.1 (postmaster), RFC 2142 §2 (abuse).</summary>
    public bool IsRole => BaseOf(LocalPart) is "postmaster" or "abuse";

    /// <summary>The local parts it may be found under, the best first: as it stands, then without its sub-address (RFC 5233: what follows the first +).</summary>
    public IEnumerable<string> Names => BaseOf(LocalPart) is { } plain && plain.Length < LocalPart.Length ? [LocalPart, plain] : [LocalPart];

    /// <summary>An address as the directory's rows hold it: canonical, the local part without quotes.</summary>
    public static AddressKey OfRow(string address)
    {
        int at = address.LastIndexOf('@');
        return new AddressKey(address[..at], address[(at + 1)..]);
    }

    // A + in front separates nothing from nobody.
    private static string BaseOf(string localPart) => localPart.IndexOf('+', StringComparison.Ordinal) is > 0 and int plus ? localPart[..plus] : localPart;

    public override string ToString() => $"{LocalPart}@{Domain}";
}
