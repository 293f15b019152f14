using Mailfleet.Cell.Nodes;
using Npgsql;
using static Mailfleet.Queue.Rows.Arrays;

namespace Mailfleet.Queue.Rows;

/// <summary>
/// Who may try what. A row belongs to the node start whose epoch it carries; taking one is an UPDATE that only finds rows of nobody, and only while this
/// start's lease runs by the database's clock.
/// </summary>
internal sealed class ClaimRows(NpgsqlDataSource cell, NodeRegistration node, TimeProvider clock)
{
    // From tenant to tenant by the index, some rows of each, the longest due first. SKIP LOCKED lets nodes claim side by side.
    private const string Claim =
        """
        WITH RECURSIVE tenant AS (
            (SELECT lane, customer_id FROM queue.recipient WHERE epoch = 0 AND state IN (0, 2, 3) ORDER BY lane, customer_id LIMIT 1)
            UNION ALL
            SELECT next.lane, next.customer_id FROM tenant, LATERAL (
                SELECT lane, customer_id FROM queue.recipient
                WHERE epoch = 0 AND state IN (0, 2, 3) AND (lane, customer_id) > (tenant.lane, tenant.customer_id) ORDER BY lane, customer_id LIMIT 1) next),
        due AS (
            SELECT own.message_id, own.number FROM tenant, LATERAL (
                SELECT message_id, number FROM queue.recipient r
                WHERE r.lane = tenant.lane AND r.customer_id = tenant.customer_id AND epoch = 0 AND state IN (0, 2, 3) AND next_attempt_at <= now()
                ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED) own
            LIMIT $4)
        UPDATE queue.recipient r SET epoch = $2 FROM due, queue.message m
        WHERE r.message_id = due.message_id AND r.number = due.number AND m.id = r.message_id
        AND EXISTS (SELECT FROM queue.node WHERE name = $1 AND epoch = $2 AND expires_at > clock_timestamp())
        RETURNING r.message_id, r.number, r.lane, r.state, r.notify, r.attempts, r.delay_reported, r.address, r.domain, r.reverse_path, r.original_recipient, r.last_reply, r.last_host,
            now() - r.accepted_at, m.customer_id, m.mailbox_id, m.size_bytes, m.is_8bit, m.is_utf8, m.may_report, m.return_full, m.envelope_id, m.accepted_at
        """;

    // The node's row is locked while its rows are taken: a start that renews at this very moment either comes first and lives, or waits and finds that it lapsed.
    private const string LockDead = "SELECT epoch FROM queue.node WHERE expires_at <= now() AND epoch <> $1 FOR UPDATE";

    private const string TakeOver =
        """
        WITH RECURSIVE owner AS (
            (SELECT epoch FROM queue.recipient WHERE epoch <> 0 ORDER BY epoch LIMIT 1)
            UNION ALL
            SELECT next.epoch FROM owner, LATERAL (SELECT epoch FROM queue.recipient WHERE epoch <> 0 AND epoch > owner.epoch ORDER BY epoch LIMIT 1) next)
        UPDATE queue.recipient r SET epoch = 0 FROM owner
        WHERE r.epoch = owner.epoch AND NOT EXISTS (SELECT FROM queue.node n WHERE n.epoch = owner.epoch AND (n.expires_at > now() OR n.epoch = $1))
        """;

    /// <summary>Takes what is due, fairly between tenants. Empty when this start's lease is over.</summary>
    public async Task<List<QueueEntry>> ClaimAsync(int perTenant, int most, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Claim);
        command.Parameters.Add(Text(node.Name));
        command.Parameters.Add(Long(node.Epoch));
        command.Parameters.Add(Long(perTenant));
        command.Parameters.Add(Long(most));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<QueueEntry> claimed = [];
        Dictionary<long, MessageFacts> messages = [];
        long now = clock.GetTimestamp();
        while (await reader.ReadAsync(cancellationToken))
            claimed.Add(Read(reader, messages, now));
        return claimed;
    }

    /// <summary>Frees the rows of starts that are gone: replaced, given back, or past their lease. Returns how many.</summary>
    public async Task<int> TakeOverAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand hold = new(LockDead, connection) { Parameters = { Long(node.Epoch) } })
            await hold.ExecuteNonQueryAsync(cancellationToken);
        int freed;
        await using (NpgsqlCommand take = new(TakeOver, connection) { Parameters = { Long(node.Epoch) } })
            freed = await take.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return freed;
    }

    /// <summary>All rows that carry this start's epoch, for comparison with what it holds.</summary>
    public async Task<HashSet<RecipientKey>> ListOwnAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("SELECT message_id, number FROM queue.recipient WHERE epoch = $1");
        command.Parameters.Add(Long(node.Epoch));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<RecipientKey> own = [];
        while (await reader.ReadAsync(cancellationToken))
            own.Add(new RecipientKey(reader.GetInt64(0), reader.GetInt32(1)));
        return own;
    }

    /// <summary>Gives rows back to anybody.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<RecipientKey> keys, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            "UPDATE queue.recipient r SET epoch = 0 FROM unnest($2, $3) AS own (message_id, number) WHERE r.message_id = own.message_id AND r.number = own.number AND r.epoch = $1");
        command.Parameters.Add(Long(node.Epoch));
        command.Parameters.Add(Longs(keys.Select(key => key.Message)));
        command.Parameters.Add(Integers(keys.Select(key => key.Number)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives everything back, at the end of a drain and after a lapse.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("UPDATE queue.recipient SET epoch = 0 WHERE epoch = $1");
        command.Parameters.Add(Long(node.Epoch));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static QueueEntry Read(NpgsqlDataReader reader, Dictionary<long, MessageFacts> messages, long now)
    {
        RecipientKey key = new(reader.GetInt64(0), reader.GetInt32(1));
        if (!messages.TryGetValue(key.Message, out MessageFacts? message))
        {
            message = new MessageFacts(
                key.Message, reader.GetInt64(14), Maybe(15, reader.GetInt64), reader.GetInt64(16), reader.GetBoolean(17), reader.GetBoolean(18), reader.GetBoolean(19),
                Maybe(20, reader.GetBoolean), MaybeText(21), reader.GetFieldValue<DateTimeOffset>(22));
            messages.Add(key.Message, message);
        }

        return new QueueEntry(
            key, message, (Lane)reader.GetInt16(2), (EntryState)reader.GetInt16(3), (NotifyOn)reader.GetInt16(4), reader.GetInt32(5), reader.GetBoolean(6),
            reader.GetString(7), reader.GetString(8), reader.GetString(9), MaybeText(10), MaybeText(11), MaybeText(12), reader.GetTimeSpan(13), now);

        T? Maybe<T>(int column, Func<int, T> read)
            where T : struct => reader.IsDBNull(column) ? null : read(column);

        string? MaybeText(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
