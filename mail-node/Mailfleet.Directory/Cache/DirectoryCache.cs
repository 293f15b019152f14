using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Directory.Cache;

/// <summary>
/// Answers by address, bounded, the longest unused forgotten first. It never keeps an answer that was read before a change it has been told of:
/// whoever loads one takes <see cref="Generation"/> first, then reads the database, then adds.
/// </summary>
internal sealed class DirectoryCache<TValue>(int capacity)
{
    // Loads that began longer ago than this many changes are not kept; with a look a second, these are the slow ones.
    private const int RememberedChanges = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new(); // most recent first
    private readonly Queue<(long Generation, ChangeSet Changes)> _changes = new();
    private long _generation;
    private long _forgotten; // loads that began before this generation may have missed a change that is no longer remembered

    /// <summary>Grows with every change.</summary>
    public long Generation
    {
        get
        {
            lock (_lock)
                return _generation;
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public bool TryGet(AddressKey address, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(address, out LinkedListNode<Entry>? node))
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <param name="asOf">The generation before the answer was read.</param>
    public void Add(AddressKey address, Owners owners, TValue value, long asOf)
    {
        lock (_lock)
        {
            if (asOf < _forgotten || _changes.Any(change => change.Generation > asOf && change.Changes.Touches(owners)))
                return;

            if (_entries.TryGetValue(address, out LinkedListNode<Entry>? present))
                Remove(present);
            else if (_entries.Count == capacity)
                Remove(_byUse.Last!);
            _entries.Add(address, _byUse.AddFirst(new Entry(address, owners, value)));
        }
    }

    public void Drop(ChangeSet changes)
    {
        if (changes.IsEmpty)
            return;

        lock (_lock)
        {
            _changes.Enqueue((++_generation, changes));
            if (_changes.Count > RememberedChanges)
                _forgotten = _changes.Dequeue().Generation;

            for (LinkedListNode<Entry>? node = _byUse.First; node is not null;)
            {
                LinkedListNode<Entry> current = node;
                node = node.Next;
                if (changes.Touches(current.Value.Owners))
                    Remove(current);
            }
        }
    }

    /// <summary>Forgets everything, and what is being loaded now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _forgotten = ++_generation;
            _changes.Clear();
            _entries.Clear();
            _byUse.Clear();
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Address);
    }

    private sealed record Entry(AddressKey Address, Owners Owners, TValue Value);
}
