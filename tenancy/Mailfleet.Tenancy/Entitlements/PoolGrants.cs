namespace Mailfleet.Tenancy.Entitlements;

/// <summary>Whether limits of one kind promise more than they may.</summary>
internal static class PoolGrants
{
    /// <summary>What a pool has promised: the limits of the nearest limited nodes below it.</summary>
    public static decimal PromisedBy(Pool pool, IReadOnlyCollection<Pool> all)
    {
        decimal promised = 0;
        SubtreePath? nearest = null;
        foreach (Pool other in all.Where(other => other.Path != pool.Path && pool.Path.Contains(other.Path)).OrderBy(other => other.Path.Value, StringComparer.Ordinal))
        {
            if (nearest is { } above && above.Contains(other.Path))
                continue; // counts there: a path sorts right before those below it
            nearest = other.Path;
            promised += other.Limit;
        }

        return promised;
    }

    /// <summary>The pool at the path and the nearest one above it: the two whose promises a new limit at the path changes.</summary>
    public static IEnumerable<Pool> Concerned(SubtreePath place, IReadOnlyCollection<Pool> all)
    {
        if (all.Where(pool => pool.Path != place && pool.Path.Contains(place)).MaxBy(pool => pool.Path.Value.Length) is { } above)
            yield return above;
        if (all.SingleOrDefault(pool => pool.Path == place) is { } own)
            yield return own;
    }
}
