using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Rights;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Pools as an actor sees them, and their check.</summary>
public sealed class FleetPools(NpgsqlDataSource database)
{
    /// <summary>What a node may hold of each kind; null when it is out of the actor's sight or they may not read limits.</summary>
    public async Task<IReadOnlyList<Entitlement>?> ReadAsync(Actor actor, NodeId node, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            SELECT path FROM tenancy.reseller WHERE id = $1 UNION ALL SELECT path FROM tenancy.customer WHERE id = $1 AND listed
            UNION ALL SELECT path FROM tenancy.domain WHERE id = $1 AND listed
            """);
        find.Parameters.Add(new() { Value = node.Value });
        if (await find.ExecuteScalarAsync(cancellationToken) is not string path || !actor.May(Right.ReadLimits, new SubtreePath(path)))
            return null;

        var place = new SubtreePath(path);
        await using NpgsqlCommand command = database.CreateCommand($"SELECT {PoolTable.Columns} FROM tenancy.pool WHERE node_id = ANY ($1)");
        command.Parameters.Add(new() { Value = place.Lineage.ToArray() });
        List<Pool> pools = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            pools.Add(PoolTable.Read(reader));
        return [.. Enum.GetValues<PoolKind>().Select(kind => Entitlement.Of(place, kind, [.. pools.Where(pool => pool.Kind == kind)]))];
    }

    /// <summary>Compares every counter with what is there and, if asked, sets it right. Nothing is created or deleted meanwhile.</summary>
    public async Task<IReadOnlyList<PoolFault>> CheckAsync(bool repair, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand wait = new("LOCK TABLE tenancy.pool IN EXCLUSIVE MODE", connection, transaction))
            await wait.ExecuteNonQueryAsync(cancellationToken);

        List<PoolFault> faults = [];
        await using (NpgsqlCommand compare = new(
            $"SELECT * FROM (SELECT p.node_id, p.kind, p.used, {PoolLimits.Counted} AS counted FROM tenancy.pool p) c WHERE used <> counted ORDER BY node_id, kind",
            connection, transaction))
        await using (NpgsqlDataReader reader = await compare.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                faults.Add(new PoolFault(reader.GetString(0), (PoolKind)reader.GetInt16(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        if (repair && faults.Count > 0)
        {
            await using NpgsqlCommand update = new(
                "UPDATE tenancy.pool p SET used = c.counted FROM unnest($1, $2, $3) AS c (node_id, kind, counted) WHERE p.node_id = c.node_id AND p.kind = c.kind",
                connection, transaction);
            update.Parameters.Add(new() { Value = faults.Select(fault => fault.Node).ToArray() });
            update.Parameters.Add(new() { Value = faults.Select(fault => (short)fault.Kind).ToArray() });
            update.Parameters.Add(new() { Value = faults.Select(fault => fault.Counted).ToArray() });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return faults;
    }
}
