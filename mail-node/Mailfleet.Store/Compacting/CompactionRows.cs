using Mailfleet.Cell.Nodes;
using Mailfleet.Store.Reading;
using Npgsql;

namespace Mailfleet.Store.Compacting;

/// <summary>
/// Compaction's view of the rows, on one connection that holds the cell's only compaction lock. Whoever wants to refer to a blob holds its
/// segment's row FOR SHARE; what buries a segment holds it FOR UPDATE.
/// </summary>
internal sealed class CompactionRows : IAsyncDisposable
{
    private const string Lock = "hashtext('mail.compaction')";

    private readonly NpgsqlConnection _connection;
    private readonly NodeRegistration _node;

    private CompactionRows(NpgsqlConnection connection, NodeRegistration node) => (_connection, _node) = (connection, node);

    /// <summary>Null when a compaction runs already, here or on another node.</summary>
    public static async Task<CompactionRows?> TryOpenAsync(NpgsqlDataSource cell, NodeRegistration node, CancellationToken cancellationToken)
    {
        CompactionRows rows = new(await cell.OpenConnectionAsync(cancellationToken), node);
        await using NpgsqlCommand take = rows.Command($"SELECT pg_try_advisory_lock({Lock})");
        if (await take.ExecuteScalarAsync(cancellationToken) is true)
            return rows;
        await rows._connection.DisposeAsync();
        return null;
    }

    /// <summary>Seals the open segments of starts whose lease is over; if such a start still lives, its commits fail from here on.</summary>
    public Task SealAbandonedAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            UPDATE mail.segment s SET state = 1 WHERE state = 0
            AND NOT EXISTS (SELECT FROM queue.node n WHERE n.name = s.node AND n.epoch = s.epoch AND n.expires_at > now())
            """,
            [], cancellationToken);

    /// <summary>Sealed segments and the payload bytes in them that a message needs.</summary>
    public async Task<List<(long Segment, long LiveBytes)>> ListSealedAsync(TimeSpan minAge, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(
            $"""
             SELECT s.id, coalesce(l.bytes, 0) FROM mail.segment s
             LEFT JOIN (SELECT b.segment_id, sum(b.size_bytes)::bigint AS bytes FROM mail.blob b WHERE {BlobReferences.Exist} GROUP BY b.segment_id) l ON l.segment_id = s.id
             WHERE s.state = 1 AND s.created_at <= now() - $1 ORDER BY s.id
             """,
            minAge);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(long Segment, long LiveBytes)> segments = [];
        while (await reader.ReadAsync(cancellationToken))
            segments.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return segments;
    }

    /// <summary>What must be kept of a segment, in the order of its positions.</summary>
    public async Task<List<BlobPlace>> ListLiveAsync(long segment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(
            $"SELECT b.id, b.segment_id, b.position, b.size_bytes FROM mail.blob b WHERE b.segment_id = $1 AND {BlobReferences.Exist} ORDER BY b.position", segment);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<BlobPlace> live = [];
        while (await reader.ReadAsync(cancellationToken))
            live.Add(new BlobPlace(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        return live;
    }

    /// <summary>Lets rows point at copies that are durable. Throws when this start may no longer write; the copies are then garbage.</summary>
    public async Task MoveAsync(long from, long to, IReadOnlyList<(long Blob, long Position)> copies, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand hold = Command("SELECT id FROM mail.segment WHERE id = $1 AND state = 0 AND epoch = $2 FOR SHARE", to, _node.Epoch))
        {
            if (await hold.ExecuteScalarAsync(cancellationToken) is null)
                throw new IOException($"Segment {to:x16} no longer belongs to epoch {_node.Epoch} of node {_node.Name}.");
        }

        await ExecuteAsync(
            "UPDATE mail.blob b SET segment_id = $2, position = n.position FROM unnest($3, $4) AS n (id, position) WHERE b.id = n.id AND b.segment_id = $1",
            [from, to, copies.Select(copy => copy.Blob).ToArray(), copies.Select(copy => copy.Position).ToArray()],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Drops the rows of garbage and declares the segment dead when nothing else stands in it.</summary>
    public async Task<bool> TryBuryAsync(long segment, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand hold = Command("SELECT id FROM mail.segment WHERE id = $1 AND state = 1 FOR UPDATE", segment))
        {
            if (await hold.ExecuteScalarAsync(cancellationToken) is null)
                return false;
        }

        List<long> gone = [];
        await using (NpgsqlCommand delete = Command($"DELETE FROM mail.blob b WHERE segment_id = $1 AND NOT {BlobReferences.Exist} RETURNING id", segment))
        await using (NpgsqlDataReader reader = await delete.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                gone.Add(reader.GetInt64(0));
        }

        // A statement of its own: whoever added a summary while the one before waited for the blob is seen by this one.
        await ExecuteAsync("DELETE FROM mail.summary WHERE blob_id = ANY ($1)", [gone.ToArray()], cancellationToken);
        int buried = await ExecuteAsync(
            "UPDATE mail.segment SET state = 2, died_at = now() WHERE id = $1 AND NOT EXISTS (SELECT FROM mail.blob WHERE segment_id = $1)", [segment], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return buried == 1;
    }

    public async Task<List<long>> ListDeadAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command("SELECT id FROM mail.segment WHERE state = 2 AND died_at <= now() - $1 ORDER BY id", grace);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<long> segments = [];
        while (await reader.ReadAsync(cancellationToken))
            segments.Add(reader.GetInt64(0));
        return segments;
    }

    /// <summary>Called when the file is gone: a row without a file is found again by the next pass, a file without a row by nobody.</summary>
    public Task ForgetAsync(long segment, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM mail.segment WHERE id = $1 AND state = 2", [segment], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // A broken connection has lost the lock with its session.
        if (_connection.State == System.Data.ConnectionState.Open)
            await ExecuteAsync($"SELECT pg_advisory_unlock({Lock})", [], CancellationToken.None);
        await _connection.DisposeAsync();
    }

    private async Task<int> ExecuteAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        // A pass over millions of rows is no fault, however long it takes.
        NpgsqlCommand command = new(sql, _connection) { CommandTimeout = 0 };
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
