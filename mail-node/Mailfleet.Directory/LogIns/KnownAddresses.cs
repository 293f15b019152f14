using Mailfleet.Wire.Peers;

namespace Mailfleet.Directory.LogIns;

/// <summary>
/// Where each account has lately logged in from. Only a right password enters, so guessing can neither add nor push out. The account that was longest
/// away is forgotten first. Not safe for several callers at once.
/// </summary>
internal sealed class KnownAddresses(LogInLimits limits, TimeProvider clock)
{
    private readonly Dictionary<AddressKey, LinkedListNode<Account>> _accounts = [];
    private readonly LinkedList<Account> _byUse = new(); // most recent first

    public LogInLimits Limits { get; set; } = limits;

    public bool Contains(AddressKey account, NetworkPrefix address) =>
        _accounts.TryGetValue(account, out LinkedListNode<Account>? node)
        && node.Value.Places.Exists(place => place.Address == address && clock.GetElapsedTime(place.LastAt) < Limits.KnownFor);

    public void Add(AddressKey account, NetworkPrefix address)
    {
        if (!_accounts.TryGetValue(account, out LinkedListNode<Account>? node))
        {
            while (_accounts.Count >= Limits.KnownAccounts)
            {
                _accounts.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }

            node = new LinkedListNode<Account>(new Account(account, []));
            _accounts.Add(account, node);
        }
        else
        {
            _byUse.Remove(node);
        }

        _byUse.AddFirst(node);
        List<Place> places = node.Value.Places;
        places.RemoveAll(place => place.Address == address);
        while (places.Count >= Limits.AddressesPerAccount)
            places.RemoveAt(0);
        places.Add(new Place(address, clock.GetTimestamp()));
    }

    private sealed record Account(AddressKey Key, List<Place> Places);

    private readonly record struct Place(NetworkPrefix Address, long LastAt);
}
