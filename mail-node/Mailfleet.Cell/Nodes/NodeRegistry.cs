using Npgsql;

namespace Mailfleet.Cell.Nodes;

/// <summary>
/// The nodes of a cell. A start gets an epoch and a lease by the database's clock; a later start under the same name takes over at once
/// and fences the earlier one, because a name belongs to one machine and a new start means that the old process is gone.
/// </summary>
/// <param name="lease">How long a node counts as alive after its last renewal.</param>
public sealed class NodeRegistry(NpgsqlDataSource cell, TimeSpan lease)
{
    /// <summary>Long enough for a database failover, short enough that waiting mail is taken over within half a minute of a crash.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(25);

    public NodeRegistry(NpgsqlDataSource cell)
        : this(cell, DefaultLease)
    {
    }

    /// <summary>Registers a start of the node and gives it its epoch.</summary>
    public async Task<NodeRegistration> RegisterAsync(string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            """
            INSERT INTO queue.node (name, epoch, expires_at, version) VALUES ($1, nextval('queue.epoch'), now() + $2, $3)
            ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, started_at = now(), expires_at = excluded.expires_at, version = excluded.version
            RETURNING epoch
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = lease });
        command.Parameters.Add(new() { Value = typeof(NodeRegistry).Assembly.GetName().Version?.ToString(3) ?? "" });
        return new NodeRegistration(name, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>How long a start counts as alive after its last renewal.</summary>
    public TimeSpan Lease => lease;

    /// <summary>Extends the lease, and says whether it had run out. The row's lock orders this and a takeover; the clock is read after it is held.</summary>
    public async Task<LeaseRenewal> RenewAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            """
            WITH held AS MATERIALIZED (SELECT name, expires_at FROM queue.node WHERE name = $1 AND epoch = $2 FOR UPDATE)
            UPDATE queue.node n SET expires_at = clock_timestamp() + $3 FROM held WHERE n.name = held.name RETURNING held.expires_at > clock_timestamp()
            """);
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        command.Parameters.Add(new() { Value = lease });
        return await command.ExecuteScalarAsync(cancellationToken) switch
        {
            null => LeaseRenewal.Lost,
            true => LeaseRenewal.Extended,
            _ => LeaseRenewal.Lapsed,
        };
    }

    /// <summary>Gives the lease back at the end of a drain, after the store is closed.</summary>
    public async Task ReleaseAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("DELETE FROM queue.node WHERE name = $1 AND epoch = $2");
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
