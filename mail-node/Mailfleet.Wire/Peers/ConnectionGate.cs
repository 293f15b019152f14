using System.Net;
using System.Runtime.InteropServices;

namespace Mailfleet.Wire.Peers;

/// <summary>Counts connections in all and by address, and refuses those above a cap. Listeners that share a cap share a gate.</summary>
public sealed class ConnectionGate
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NetworkPrefix, int> _byAddress = [];
    private int _total;

    /// <summary>Connections that are in.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Lets a connection in, or says no; who is let in calls <see cref="Leave"/> once. Exempt connections are counted, never refused.</summary>
    public bool TryEnter(IPAddress address, int maxTotal, int maxPerAddress, bool exempt)
    {
        NetworkPrefix subscriber = NetworkPrefix.AddressOf(address);
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, subscriber, out _);
            if (!exempt && (_total >= maxTotal || count >= maxPerAddress))
            {
                if (count == 0)
                    _byAddress.Remove(subscriber);
                return false;
            }
            count++;
            _total++;
            return true;
        }
    }

    /// <summary>Whether the address itself has as many connections as it may.</summary>
    public bool IsCrowded(IPAddress address, int maxPerAddress)
    {
        lock (_gate)
            return _byAddress.GetValueOrDefault(NetworkPrefix.AddressOf(address)) >= maxPerAddress;
    }

    public void Leave(IPAddress address)
    {
        NetworkPrefix subscriber = NetworkPrefix.AddressOf(address);
        lock (_gate)
        {
            _total--;
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, subscriber, out _) == 0)
                _byAddress.Remove(subscriber);
        }
    }
}
