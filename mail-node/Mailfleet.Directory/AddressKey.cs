using Mailfleet.Message;

namespace Mailfleet.Directory;

/// <summary>An address as the directory writes it: lower case, the domain in A-labels.</summary>
internal readonly record struct AddressKey(string LocalPart, string Domain)
{
    /// <summary>Case of a local part is the receiving host's affair (RFC 5321 §2.4); here it does not count.</summary>
    public static AddressKey Of(MailAddress address) => new(address.LocalPart.ToLowerInvariant(), address.Domain);

    /// <summary>Reads what a person types as log-in; null when it cannot be an address.</summary>
    public static AddressKey? TryParse(string login) => MailAddress.Parse(login) is { } address ? Of(address) : null;

    public override string ToString() => $"{LocalPart}@{Domain}";
}
