using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mailfleet.Wire;

/// <summary>Counts connections in all and by address, and refuses those above a cap. Listeners that share a cap share a gate.</summary>
public sealed class ConnectionGate
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _total;

    /// <summary>Connections that are in.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Lets a connection in, or says no; who is let in calls <see cref="Leave"/> once. Exempt connections are counted, never refused.</summary>
    public bool TryEnter(IPAddress address, int maxTotal, int maxPerAddress, bool exempt)
    {
        IPAddress network = NetworkOf(address);
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, network, out _);
            if (!exempt && (_total >= maxTotal || count >= maxPerAddress))
            {
                if (count == 0)
                    _byAddress.Remove(network);
                return false;
            }
            count++;
            _total++;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        IPAddress network = NetworkOf(address);
        lock (_gate)
        {
            _total--;
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, network, out _) == 0)
                _byAddress.Remove(network);
        }
    }

    // A subscriber commonly holds a whole IPv6 /64, so it counts as one address.
    private static IPAddress NetworkOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }
}
