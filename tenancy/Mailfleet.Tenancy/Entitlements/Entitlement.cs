using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Entitlements;

/// <summary>What a node may hold of one kind, as far as whoever asks sees it.</summary>
/// <param name="Limit">Its own limit; null for none.</param>
/// <param name="PromisedPercent">How much of the own limit may be promised; null without one.</param>
/// <param name="Used">Counted where there is an own limit; null without one.</param>
/// <param name="EffectiveLimit">The least limit of the node and all above it; null when nothing limits it.</param>
/// <param name="Left">What still fits into every pool from here to the root; null when nothing limits it.</param>
public sealed record Entitlement(NodeId Node, PoolKind Kind, long? Limit, int? PromisedPercent, long? Used, long? EffectiveLimit, long? Left)
{
    /// <param name="lineage">Pools of the kind at the place and above it.</param>
    public static Entitlement Of(SubtreePath place, PoolKind kind, IReadOnlyCollection<Pool> lineage)
    {
        Pool? own = lineage.SingleOrDefault(pool => pool.Path == place);
        return new Entitlement(
            place.Node, kind, own?.Limit, own?.PromisedPercent, own?.Used, lineage.Min(pool => (long?)pool.Limit), lineage.Min(pool => (long?)pool.Left));
    }
}
