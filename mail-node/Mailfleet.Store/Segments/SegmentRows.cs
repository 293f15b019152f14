using Mailfleet.Cell.Nodes;
using Npgsql;

namespace Mailfleet.Store.Segments;

/// <summary>The rows that say who may append to a segment.</summary>
internal sealed class SegmentRows(NpgsqlDataSource cell, NodeRegistration node)
{
    public const short Open = 0;
    public const short Sealed = 1;
    public const short Dead = 2;

    // A database that hangs is away; one that is merely slow answers within this.
    private const int ProbeSeconds = 5;

    /// <summary>Names this start as the writer of a segment, before its file exists. Throws when a newer start has taken the node's name.</summary>
    public async Task AddAsync(long segment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            "INSERT INTO mail.segment (id, node, epoch) SELECT $1, name, epoch FROM queue.node WHERE name = $2 AND epoch = $3");
        command.Parameters.Add(new() { Value = segment });
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new IOException($"Node {node.Name} no longer holds epoch {node.Epoch}: it may not open segments.");
    }

    /// <summary>Returns when the database has committed a write of this node, which a read alone would not prove; throws as long as it does not.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("UPDATE queue.node SET expires_at = expires_at WHERE name = $1 AND epoch = $2");
        command.CommandTimeout = ProbeSeconds;
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task SealAsync(long segment, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE mail.segment SET state = 1 WHERE id = $1 AND state = 0", segment, cancellationToken);

    /// <summary>Forgets a segment that no row refers to; false when one does. Only then may its file go.</summary>
    public async Task<bool> RemoveAsync(long segment, CancellationToken cancellationToken) =>
        await ExecuteAsync("DELETE FROM mail.segment WHERE id = $1 AND NOT EXISTS (SELECT FROM mail.blob WHERE segment_id = $1)", segment, cancellationToken) == 1;

    /// <summary>Seals what earlier starts of this node left open. A commit of theirs that is still on its way then fails.</summary>
    public async Task SealEarlierAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("UPDATE mail.segment SET state = 1 WHERE node = $1 AND epoch < $2 AND state = 0");
        command.Parameters.Add(new() { Value = node.Name });
        command.Parameters.Add(new() { Value = node.Epoch });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<int> ExecuteAsync(string sql, long segment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(sql);
        command.Parameters.Add(new() { Value = segment });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
