using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Mailfleet.Tenancy.Tokens;

/// <summary>The networks a token may be used from.</summary>
internal static class TokenSources
{
    public const int MaxCount = 50; // a company's offices and servers; a bound for what every request is compared with

    /// <summary>Takes <c>192.0.2.0/24</c>, and a plain address for a network of one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = null;
        string trimmed = text.Trim();
        if (IPNetwork.TryParse(trimmed, out IPNetwork parsed))
            network = parsed;
        else if (!trimmed.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(trimmed, out IPAddress? address) && address.ScopeIdOrZero() == 0)
            network = OfOne(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        return network is not null;
    }

    /// <summary>Whether each of the networks lies in one of the outer ones; an empty outer list is everywhere.</summary>
    public static bool IsWithin(IReadOnlyList<IPNetwork> outer, IReadOnlyList<IPNetwork> inner) =>
        outer.Count == 0
        || (inner.Count > 0 && inner.All(network => outer.Any(wide => wide.PrefixLength <= network.PrefixLength && wide.Contains(network.BaseAddress))));

    private static IPNetwork OfOne(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    private static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
