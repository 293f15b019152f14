using Mailfleet.Tenancy.Entitlements;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Counters of pools, in the session's own transaction.</summary>
internal static class PoolTable
{
    public const string Columns = "path, kind, quantity, promised_percent, used";

    /// <summary>
    /// Takes the charge from every pool concerned, or says which has no room. The last thing before the save: pools near the root are everybody's, and from
    /// here on they are locked. Rows are locked leaf to root, so that no two transactions wait for each other.
    /// </summary>
    public static async Task<Refusal?> SettleAsync(IDocumentSession session, PoolCharge charge, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<Pool> pools = await LockAsync(session, charge, cancellationToken);
        List<(Pool Pool, long Amount)> changes = [.. pools.Select(pool => (pool, charge.AmountOf(pool.Kind, pool.Path))).Where(change => change.Item2 != 0)];
        foreach ((Pool pool, long amount) in changes)
        {
            if (!pool.Takes(amount))
                return PoolRefusals.Full(pool, await NameOfAsync(session, pool.Path, cancellationToken), amount, actor);
        }

        if (changes.Count == 0)
            return null;

        await using NpgsqlCommand update = new(
            """
            UPDATE tenancy.pool p SET used = greatest(0, p.used + c.amount)
            FROM unnest($1, $2, $3) AS c (node_id, kind, amount) WHERE p.node_id = c.node_id AND p.kind = c.kind
            """)
        {
            Parameters =
            {
                new() { Value = changes.Select(change => change.Pool.Path.Node.Value).ToArray() },
                new() { Value = changes.Select(change => (short)change.Pool.Kind).ToArray() },
                new() { Value = changes.Select(change => change.Amount).ToArray() },
            },
        };
        await session.ExecuteAsync(update, cancellationToken);
        return null;
    }

    public static Pool Read(System.Data.Common.DbDataReader reader) => new(
        new SubtreePath(reader.GetString(0)), (PoolKind)reader.GetInt16(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4));

    public static async Task<string> NameOfAsync(IDocumentSession session, SubtreePath place, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            SELECT name FROM tenancy.reseller WHERE id = $1 UNION ALL SELECT name FROM tenancy.customer WHERE id = $1
            UNION ALL SELECT name FROM tenancy.domain WHERE id = $1
            """)
        {
            Parameters = { new() { Value = place.Node.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetString(0) : place.Node.Value;
    }

    // A path sorts after those above it. Without a row to lock, the statement's own lock on the table still keeps PoolLimits waiting until the commit.
    private static async Task<IReadOnlyList<Pool>> LockAsync(IDocumentSession session, PoolCharge charge, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.pool WHERE node_id = ANY ($1) AND kind = ANY ($2) ORDER BY path DESC, kind FOR UPDATE")
        {
            Parameters = { new() { Value = charge.Nodes.ToArray() }, new() { Value = charge.Kinds.Select(kind => (short)kind).ToArray() } },
        };
        List<Pool> pools = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            pools.Add(Read(reader));
        return pools;
    }
}
