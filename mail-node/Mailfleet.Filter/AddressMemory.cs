using Mailfleet.Wire.Peers;

namespace Mailfleet.Filter;

/// <summary>Addresses that have shown something, for a while and in bounded number: the longest unused is forgotten first. Not safe for several callers at once.</summary>
internal sealed class AddressMemory(int capacity, TimeSpan lifetime, TimeProvider clock)
{
    private readonly Dictionary<NetworkPrefix, LinkedListNode<(NetworkPrefix Address, long At)>> _addresses = [];
    private readonly LinkedList<(NetworkPrefix Address, long At)> _byUse = new(); // most recent first

    /// <summary>How many are kept; the next addition forgets what is too much.</summary>
    public int Capacity { get; set; } = capacity;

    public bool Contains(NetworkPrefix address) => _addresses.TryGetValue(address, out var node) && clock.GetElapsedTime(node.Value.At) < lifetime;

    public void Add(NetworkPrefix address)
    {
        if (_addresses.Remove(address, out var known))
            _byUse.Remove(known);
        while (_addresses.Count >= Capacity)
            Forget(_byUse.Last!);
        _addresses.Add(address, _byUse.AddFirst((address, clock.GetTimestamp())));
    }

    private void Forget(LinkedListNode<(NetworkPrefix Address, long At)> node)
    {
        _byUse.Remove(node);
        _addresses.Remove(node.Value.Address);
    }
}
