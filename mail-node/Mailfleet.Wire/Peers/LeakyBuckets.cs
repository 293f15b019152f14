namespace Mailfleet.Wire.Peers;

/// <summary>
/// Leaky buckets by key in bounded memory. When there is no room the emptiest of a few goes: who fills the table with fresh keys pushes out other fresh
/// ones, not the bucket that stands against them. Not safe for several callers at once.
/// </summary>
public sealed class LeakyBuckets<TKey>(BucketLimit limit, int capacity, TimeProvider clock)
    where TKey : notnull
{
    private const int Sample = 8;

    private readonly Dictionary<TKey, int> _slots = [];
    private readonly List<Bucket> _buckets = [];
    private int _capacity = capacity;
    private int _next; // of the sample: one hand goes round

    /// <summary>Applies from now on, to what is in the buckets as well.</summary>
    public BucketLimit Limit { get; set; } = limit;

    public int Count => _buckets.Count;

    public double LevelOf(TKey key) => _slots.TryGetValue(key, out int slot) ? LevelOf(_buckets[slot]) : 0;

    /// <summary>Whether one more would be too many.</summary>
    public bool IsFull(TKey key) => LevelOf(key) + 1 > Limit.AtOnce;

    /// <summary>The mark that was left on it last, or 0.</summary>
    public ulong MarkOf(TKey key) => _slots.TryGetValue(key, out int slot) ? _buckets[slot].Mark : 0;

    /// <returns>The level now.</returns>
    public double Add(TKey key, int amount = 1)
    {
        double level = LevelOf(key) + amount;
        Bucket bucket = new(key, level, clock.GetTimestamp(), MarkOf(key));
        if (_slots.TryGetValue(key, out int slot))
        {
            _buckets[slot] = bucket;
        }
        else if (_buckets.Count < _capacity)
        {
            _slots.Add(key, _buckets.Count);
            _buckets.Add(bucket);
        }
        else
        {
            slot = EmptiestOfSome();
            _slots.Remove(_buckets[slot].Key);
            _slots.Add(key, slot);
            _buckets[slot] = bucket;
        }

        return level;
    }

    public void Mark(TKey key, ulong mark)
    {
        if (_slots.TryGetValue(key, out int slot))
            _buckets[slot] = _buckets[slot] with { Mark = mark };
    }

    /// <summary>Takes an addition back.</summary>
    public void TakeBack(TKey key)
    {
        if (_slots.TryGetValue(key, out int slot))
            _buckets[slot] = _buckets[slot] with { Level = Math.Max(0, LevelOf(_buckets[slot]) - 1), At = clock.GetTimestamp() };
    }

    public void Empty(TKey key)
    {
        if (_slots.TryGetValue(key, out int slot))
            _buckets[slot] = _buckets[slot] with { Level = 0 };
    }

    /// <summary>Changes how many are kept.</summary>
    public void Resize(int most)
    {
        _capacity = most;
        while (_buckets.Count > most)
        {
            int slot = EmptiestOfSome();
            _slots.Remove(_buckets[slot].Key);
            if (slot < _buckets.Count - 1)
            {
                _buckets[slot] = _buckets[^1];
                _slots[_buckets[slot].Key] = slot;
            }

            _buckets.RemoveAt(_buckets.Count - 1);
        }
    }

    private int EmptiestOfSome()
    {
        int emptiest = _next % _buckets.Count;
        for (int i = 0; i < Sample; i++)
        {
            int slot = _next++ % _buckets.Count;
            if (LevelOf(_buckets[slot]) < LevelOf(_buckets[emptiest]))
                emptiest = slot;
        }

        _next %= _buckets.Count;
        return emptiest;
    }

    private double LevelOf(Bucket bucket) => Math.Max(0, bucket.Level - clock.GetElapsedTime(bucket.At).TotalHours * Limit.PerHour);

    private readonly record struct Bucket(TKey Key, double Level, long At, ulong Mark);
}
