using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Plans;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Brings the pools of customers to what their plans say. Limits set by hand are pinned and stay.</summary>
internal static class PlanLimits
{
    private static readonly PoolKind[] Kinds = [PoolKind.Domains, PoolKind.Mailboxes, PoolKind.Bytes];

    /// <summary>Takes the pools' lock, so it comes last before the save. Says which pool above would promise too much, if one does.</summary>
    public static async Task<Refusal?> ApplyAsync(
        IDocumentSession session, IReadOnlyCollection<(SubtreePath Place, PlanTerms Terms)> customers, Actor actor, CancellationToken cancellationToken)
    {
        if (customers.Count == 0)
            return null;
        await PoolLimits.LockAsync(session, cancellationToken);
        foreach (PoolKind kind in Kinds)
        {
            IReadOnlyList<Pool> before = await PoolLimits.ReadAllAsync(session, kind, cancellationToken);
            await PoolLimits.PutPlannedAsync(
                session, kind, [.. customers.Where(c => c.Terms.LimitOf(kind) is not null).Select(c => (c.Place, c.Terms.LimitOf(kind)!.Value))], cancellationToken);
            await PoolLimits.DeletePlannedAsync(session, kind, [.. customers.Where(c => c.Terms.LimitOf(kind) is null).Select(c => c.Place.Node.Value)], cancellationToken);

            IReadOnlyList<Pool> after = await PoolLimits.ReadAllAsync(session, kind, cancellationToken);
            foreach (Pool pool in customers.SelectMany(c => PoolGrants.Concerned(c.Place, after)).Distinct())
            {
                decimal promised = PoolGrants.PromisedBy(pool, after);
                if (promised > pool.Promisable && promised > PoolGrants.PromisedBy(pool, before))
                    return PoolRefusals.Overcommitted(pool, promised, "terms", actor);
            }
        }

        return null;
    }
}
