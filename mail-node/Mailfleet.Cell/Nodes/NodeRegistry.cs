using Npgsql;

namespace Mailfleet.Cell.Nodes;

/// <summary>
/// The nodes of a cell. A start gets an epoch and a lease by the database's clock; a later start under the same name takes over at once
/// and fences the earlier one, because a name belongs to one machine and a new start means that the old process is gone.
/// </summary>
/// <param name="lease">How long a node counts as alive after its last renewal.</param>
public sealed class NodeRegistry(NpgsqlDataSource cell, TimeSpan lease)
{
    /// <summary>Long enough for a database failover, short enough that waiting mail is taken over within a minute.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(30);

    public NodeRegistry(NpgsqlDataSource cell)
        : this(cell, DefaultLease)
    {
    }

    /// <summary>Registers a start of the node and gives it its epoch.</summary>
    public async Task<NodeRegistration> RegisterAsync(string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            """
            INSERT INTO queue.node (name, epoch, expires_at) VALUES ($1, nextval('queue.epoch'), now() + $2)
            ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, started_at = now(), expires_at = excluded.expires_at
            RETURNING epoch
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = lease });
        return new NodeRegistration(name, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Extends the lease; false when a newer start has taken the name, and this process must stop.</summary>
    public async Task<bool> RenewAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("UPDATE queue.node SET expires_at = now() + $3 WHERE name = $1 AND epoch = $2");
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        command.Parameters.Add(new() { Value = lease });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Renews three times a lease until cancelled. Returns early only when a newer start has taken the name; faults are the caller's to log.</summary>
    /// <param name="onFault">Called when a renewal failed; the next one is tried all the same.</param>
    public async Task KeepAsync(NodeRegistration node, TimeProvider clock, Action<Exception> onFault, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(lease / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    if (!await RenewAsync(node, cancellationToken))
                        return;
                }
                catch (NpgsqlException exception)
                {
                    onFault(exception);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller has asked the node to stop: this is how the loop ends.
        }
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
