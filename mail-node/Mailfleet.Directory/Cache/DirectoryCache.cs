using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Directory.Cache;

/// <summary>
/// Answers by address, bounded, the longest unused forgotten first. An answer is good while nothing that it stands on has changed since before it was
/// read: whoever loads one takes <see cref="Generation"/> first, then reads the database, then adds. Old answers are found out when asked for, so that
/// telling of a change costs the same however much is kept.
/// </summary>
/// <param name="capacity">Answers kept, and changes remembered. One change more, and everything is forgotten.</param>
internal sealed class DirectoryCache<TValue>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new(); // most recent first
    private readonly Dictionary<RowKey, long> _changes = []; // to the generation of the last one
    private int _capacity = capacity;
    private long _generation;
    private long _forgotten; // changes up to this generation are not remembered row by row

    /// <summary>Changes how many are kept.</summary>
    public void Resize(int most)
    {
        lock (_lock)
        {
            _capacity = most;
            while (_entries.Count > most)
                Remove(_byUse.Last!);
        }
    }

    /// <summary>Grows with every change.</summary>
    public long Generation
    {
        get
        {
            lock (_lock)
                return _generation;
        }
    }

    /// <summary>Whether an answer that stands on these and was read at that generation would still be good.</summary>
    public bool IsCurrent(IReadOnlyCollection<RowKey> grounds, long asOf)
    {
        lock (_lock)
            return IsCurrentHeld(grounds, asOf);
    }

    public bool TryGet(AddressKey address, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            value = default;
            if (!_entries.TryGetValue(address, out LinkedListNode<Entry>? node))
                return false;

            _byUse.Remove(node);
            if (!IsCurrentHeld(node.Value.Grounds, node.Value.AsOf))
            {
                _entries.Remove(address);
                return false;
            }

            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <param name="grounds">What the answer stands on.</param>
    /// <param name="asOf">The generation before the answer was read.</param>
    public void Add(AddressKey address, IReadOnlyCollection<RowKey> grounds, TValue value, long asOf)
    {
        lock (_lock)
        {
            if (!IsCurrentHeld(grounds, asOf))
                return;

            if (_entries.TryGetValue(address, out LinkedListNode<Entry>? present))
                Remove(present);
            else if (_entries.Count == _capacity)
                Remove(_byUse.Last!);
            _entries.Add(address, _byUse.AddFirst(new Entry(address, grounds, value, asOf)));
        }
    }

    public void Drop(IReadOnlyCollection<RowKey> changes)
    {
        if (changes.Count == 0)
            return;

        lock (_lock)
        {
            _generation++;
            foreach (RowKey row in changes)
                _changes[row] = _generation;
            if (_changes.Count > _capacity)
                Forget();
        }
    }

    /// <summary>Forgets everything, and what is being loaded now.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _generation++;
            Forget();
        }
    }

    private void Forget()
    {
        _forgotten = _generation;
        _changes.Clear();
        _entries.Clear();
        _byUse.Clear();
    }

    private bool IsCurrentHeld(IReadOnlyCollection<RowKey> grounds, long asOf)
    {
        if (asOf < _forgotten)
            return false;
        foreach (RowKey row in grounds)
        {
            if (_changes.TryGetValue(row, out long changed) && changed > asOf)
                return false;
        }

        return true;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Address);
    }

    private sealed record Entry(AddressKey Address, IReadOnlyCollection<RowKey> Grounds, TValue Value, long AsOf);
}
