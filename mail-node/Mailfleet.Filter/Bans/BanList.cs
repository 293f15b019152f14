using System.Collections.Concurrent;
using System.Net;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Filter.Bans;

/// <summary>
/// The bans that a node knows, in memory and bounded. Asking takes no lock and costs a look for each length of prefix that there is: an address, a /64, a
/// /24, a /48.
/// </summary>
internal sealed class BanList(int capacity, TimeProvider clock)
{
    private readonly ConcurrentDictionary<NetworkPrefix, long> _ends = [];
    private volatile int[] _lengths = []; // of prefixes that are or were banned, the longest first

    public int Capacity { get; set; } = capacity;

    public int Count => _ends.Count;

    public IReadOnlyCollection<NetworkPrefix> Prefixes => [.. _ends.Keys];

    /// <summary>Whether the address itself is banned (IPv6: its /64 or less), or only as one of a network.</summary>
    public BanKind Find(IPAddress address)
    {
        if (_ends.IsEmpty)
            return BanKind.None;

        NetworkPrefix exact = NetworkPrefix.Exactly(address);
        int own = NetworkPrefix.AddressOf(address).Length;
        BanKind found = BanKind.None;
        foreach (int length in _lengths)
        {
            if (!Contains(exact.Widen(length)))
                continue;
            if (length >= own)
                return BanKind.Address;
            found = BanKind.Network;
        }

        return found;
    }

    /// <summary>Whether exactly this prefix is banned.</summary>
    public bool Contains(NetworkPrefix prefix) => _ends.TryGetValue(prefix, out long end) && clock.GetTimestamp() < end;

    /// <summary>Bans a prefix for so long from now, or ends its ban when nothing is left. False when there are too many bans.</summary>
    public bool Set(NetworkPrefix prefix, TimeSpan left)
    {
        if (left <= TimeSpan.Zero)
        {
            _ends.TryRemove(prefix, out _);
            return true;
        }

        if (_ends.Count >= Capacity && !_ends.ContainsKey(prefix))
            return false;
        _ends[prefix] = clock.GetTimestamp() + (long)(left.TotalSeconds * clock.TimestampFrequency);
        if (!_lengths.Contains(prefix.Length))
            _lengths = [.. _lengths.Append(prefix.Length).Distinct().OrderDescending()];
        return true;
    }

    /// <summary>Forgets what has ended.</summary>
    public void Prune()
    {
        foreach ((NetworkPrefix prefix, long end) in _ends)
        {
            if (clock.GetTimestamp() >= end)
                _ends.TryRemove(new KeyValuePair<NetworkPrefix, long>(prefix, end));
        }
    }
}
