using System.Globalization;
using Mailfleet.Store.Pools;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>Proves that what customers and domains with a limit are said to use is what their mailboxes hold, and that no room is reserved by nobody.</summary>
internal static class PoolCheck
{
    // One that is still to be counted, for the first time or anew, has no numbers to prove.
    private const string Find =
        """
        SELECT * FROM (
            SELECT p.id, CASE p.kind WHEN 1 THEN (SELECT public_id FROM directory.customer WHERE id = p.owner_id) ELSE (SELECT public_id FROM directory.domain WHERE id = p.owner_id) END,
                (SELECT coalesce(sum(used_bytes), 0)::bigint FROM mail.pool_share WHERE pool_id = p.id) AS used_is,
                (SELECT coalesce(sum(b.used_bytes), 0)::bigint FROM directory.domain d JOIN directory.mailbox m ON m.domain_id = d.id JOIN mail.mailbox b ON b.mailbox_id = m.id
                 WHERE (p.kind = 1 AND d.customer_id = p.owner_id) OR (p.kind = 2 AND d.id = p.owner_id)) AS used_ought,
                p.reserved_bytes AS reserved_is, (SELECT coalesce(sum(reserved_bytes), 0)::bigint FROM mail.pool_share WHERE pool_id = p.id) AS reserved_ought
            FROM mail.pool p WHERE p.counted_at > '-infinity' AND p.fence_xid <= pg_snapshot_xmin(pg_current_snapshot())) AS n
        WHERE used_is <> used_ought OR reserved_is <> reserved_ought
        """;

    private static readonly string[] Repairs =
    [
        $"SELECT pg_advisory_xact_lock({PoolRows.KeepersLock})",
        "SELECT mail.count_pool($1)",
        "SELECT FROM mail.pool_share WHERE pool_id = $1 ORDER BY epoch FOR NO KEY UPDATE",
        "UPDATE mail.pool SET reserved_bytes = (SELECT coalesce(sum(reserved_bytes), 0)::bigint FROM mail.pool_share WHERE pool_id = $1) WHERE id = $1",
    ];

    public static async Task<List<(long Pool, string Text)>> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        List<(long Pool, string Text)> wrong = [];
        await using NpgsqlCommand command = new(Find, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            foreach ((string what, int column) in (ReadOnlySpan<(string, int)>)[("used", 2), ("reserved", 4)])
            {
                (long isNow, long ought) = (reader.GetInt64(column), reader.GetInt64(column + 1));
                if (isNow != ought)
                    wrong.Add((reader.GetInt64(0), string.Create(CultureInfo.InvariantCulture, $"{reader.GetString(1)}: {what} bytes of its quota are {isNow} and should be {ought}")));
            }
        }

        return wrong;
    }

    /// <summary>Counts one pool anew while mail goes on.</summary>
    public static async Task RepairAsync(NpgsqlDataSource cell, long pool, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (string step in Repairs)
        {
            await using NpgsqlCommand command = new(step, connection) { CommandTimeout = 0 };
            if (step.Contains("$1", StringComparison.Ordinal))
                command.Parameters.Add(new() { Value = pool });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
