namespace Mailfleet.Tenancy.Entitlements;

/// <summary>What one transaction takes from the pools above the places it changes, and what it gives back. Settled as a whole, last before the commit.</summary>
public sealed class PoolCharge
{
    private readonly List<(SubtreePath Place, PoolKind Kind, long Amount)> _entries = [];

    public IReadOnlyList<PoolKind> Kinds => [.. _entries.Select(entry => entry.Kind).Distinct()];

    /// <summary>Every node whose pools are concerned: the places and all above them.</summary>
    public IReadOnlyList<string> Nodes => [.. _entries.SelectMany(entry => entry.Place.Lineage).Distinct()];

    /// <param name="place">Where the thing stands.</param>
    /// <param name="amount">Negative gives back.</param>
    public void Add(SubtreePath place, PoolKind kind, long amount)
    {
        if (amount != 0)
            _entries.Add((place, kind, amount));
    }

    public void AddMailbox(SubtreePath place, long quotaBytes)
    {
        Add(place, PoolKind.Mailboxes, 1);
        Add(place, PoolKind.Bytes, quotaBytes);
    }

    public void RemoveMailbox(SubtreePath place, long quotaBytes)
    {
        Add(place, PoolKind.Mailboxes, -1);
        Add(place, PoolKind.Bytes, -quotaBytes);
    }

    /// <summary>What is taken in all from a pool that stands at the path.</summary>
    public long AmountOf(PoolKind kind, SubtreePath pool) =>
        _entries.Where(entry => entry.Kind == kind && pool.Contains(entry.Place)).Sum(entry => entry.Amount);
}
