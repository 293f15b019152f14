using Mailfleet.Tenancy.Entitlements;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Limits of pools: set, and their counters begun, while nobody counts.</summary>
internal static class PoolLimits
{
    // What stands at or below p, by kind. The one definition of what a pool counts: new limits begin with it, the check compares with it.
    public const string Counted =
        """
        CASE p.kind
            WHEN 1 THEN (SELECT count(*) FROM tenancy.customer t WHERE t.listed AND t.path >= p.path AND t.path < p.path || U&'\+10FFFF')
            WHEN 2 THEN (SELECT count(*) FROM tenancy.domain t WHERE t.listed AND t.path >= p.path AND t.path < p.path || U&'\+10FFFF')
            WHEN 3 THEN (SELECT count(*) FROM tenancy.mailbox t WHERE t.listed AND t.path >= p.path AND t.path < p.path || U&'\+10FFFF')
            ELSE (SELECT COALESCE(sum(t.quota_bytes), 0)::bigint FROM tenancy.mailbox t WHERE t.listed AND t.path >= p.path AND t.path < p.path || U&'\+10FFFF')
        END
        """;

    /// <summary>Waits for every transaction that has charged a pool, and keeps the others back until the session's ends: counts are exact then.</summary>
    public static async Task LockAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("LOCK TABLE tenancy.pool IN EXCLUSIVE MODE");
        await session.ExecuteAsync(command, cancellationToken);
    }

    /// <summary>The pools of one kind that a change at a place concerns: the nearest above it, and all below that; without one above, its own and all below.</summary>
    public static async Task<IReadOnlyList<Pool>> ReadAroundAsync(IDocumentSession session, SubtreePath place, PoolKind kind, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            $"""
            WITH top AS (
                SELECT COALESCE(
                    (SELECT path FROM tenancy.pool WHERE kind = $1 AND node_id = ANY ($2) AND path <> $3 ORDER BY path DESC LIMIT 1), $3) COLLATE "C" AS path
            )
            SELECT {PoolTable.Columns} FROM tenancy.pool p
            WHERE kind = $1 AND path >= (SELECT path FROM top) AND path < (SELECT path FROM top) || U&'\+10FFFF' ORDER BY path
            """)
        {
            Parameters = { new() { Value = (short)kind }, new() { Value = place.Lineage.ToArray() }, new() { Value = place.Value } },
        };
        List<Pool> pools = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            pools.Add(PoolTable.Read(reader));
        return pools;
    }

    /// <summary>Sets a limit; a new one begins with what is there. Under the lock.</summary>
    public static Task PutAsync(IDocumentSession session, SubtreePath place, PoolKind kind, long limit, int promisedPercent, CancellationToken cancellationToken) => ExecuteAsync(
        session,
        $"""
        INSERT INTO tenancy.pool (node_id, kind, path, quantity, promised_percent, used)
        SELECT $1, p.kind, p.path, $4, $5, {Counted} FROM (SELECT $2::smallint AS kind, $3 COLLATE "C" AS path) p
        ON CONFLICT (node_id, kind) DO UPDATE SET quantity = excluded.quantity, promised_percent = excluded.promised_percent, from_plan = false
        """,
        cancellationToken, place.Node.Value, (short)kind, place.Value, limit, promisedPercent);

    /// <summary>Every pool of one kind.</summary>
    public static async Task<IReadOnlyList<Pool>> ReadAllAsync(IDocumentSession session, PoolKind kind, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {PoolTable.Columns} FROM tenancy.pool WHERE kind = $1 ORDER BY path") { Parameters = { new() { Value = (short)kind } } };
        List<Pool> pools = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            pools.Add(PoolTable.Read(reader));
        return pools;
    }

    /// <summary>Sets limits that come from plans, where none is pinned. Under the lock.</summary>
    public static Task PutPlannedAsync(IDocumentSession session, PoolKind kind, IReadOnlyCollection<(SubtreePath Place, long Limit)> limits, CancellationToken cancellationToken) => ExecuteAsync(
        session,
        $"""
        INSERT INTO tenancy.pool (node_id, kind, path, quantity, promised_percent, from_plan, used)
        SELECT p.node_id, p.kind, p.path, p.quantity, 100, true, {Counted}
        FROM (SELECT node_id, $1::smallint AS kind, path COLLATE "C" AS path, quantity FROM unnest($2, $3, $4) AS given (node_id, path, quantity)) p
        ON CONFLICT (node_id, kind) DO UPDATE SET quantity = excluded.quantity WHERE pool.from_plan
        """,
        cancellationToken, (short)kind, limits.Select(l => l.Place.Node.Value).ToArray(), limits.Select(l => l.Place.Value).ToArray(), limits.Select(l => l.Limit).ToArray());

    public static Task DeletePlannedAsync(IDocumentSession session, PoolKind kind, string[] nodes, CancellationToken cancellationToken) =>
        ExecuteAsync(session, "DELETE FROM tenancy.pool WHERE kind = $1 AND node_id = ANY ($2) AND from_plan", cancellationToken, (short)kind, nodes);

    public static Task DeleteAsync(IDocumentSession session, SubtreePath place, PoolKind kind, CancellationToken cancellationToken) =>
        ExecuteAsync(session, "DELETE FROM tenancy.pool WHERE node_id = $1 AND kind = $2", cancellationToken, place.Node.Value, (short)kind);

    private static async Task ExecuteAsync(IDocumentSession session, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using NpgsqlCommand command = new(sql);
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        await session.ExecuteAsync(command, cancellationToken);
    }
}
