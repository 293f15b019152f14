using System.Net;
using System.Net.Sockets;

namespace Mailfleet.Delivery.Resolving;

/// <summary>Which addresses the public DNS may send us to: a stranger's record must not make us talk to our own network.</summary>
internal static class PublicAddress
{
    // IANA special-purpose registries (RFC 6890 and its updates): nothing here is a mail server of the Internet.
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ]).Select(IPNetwork.Parse),
    ];

    // Prefixes that carry an IPv4 address inside: 6to4 (2002::/16, at octet 2) and NAT64 (64:ff9b::/96 and 64:ff9b:1::/48, at octet 12).
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork[] Nat64 = [IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("64:ff9b:1::/48")];

    public static bool Is(IPAddress address)
    {
        IPAddress plain = Inner(address);
        return !Special.Any(network => network.Contains(plain)) && !IsCompatible(plain);
    }

    private static IPAddress Inner(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] octets = address.GetAddressBytes();
        if (SixToFour.Contains(address))
            return new IPAddress(octets.AsSpan(2, 4));
        return Nat64.Any(network => network.Contains(address)) ? new IPAddress(octets.AsSpan(12, 4)) : address;
    }

    // ::a.b.c.d, deprecated long ago (RFC 4291 §2.5.5.1).
    private static bool IsCompatible(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && !address.GetAddressBytes().AsSpan(0, 12).ContainsAnyExcept((byte)0);
}
