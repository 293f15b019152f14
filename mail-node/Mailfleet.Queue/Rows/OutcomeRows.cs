using Mailfleet.Cell;
using Npgsql;
using static Mailfleet.Queue.Rows.Arrays;

namespace Mailfleet.Queue.Rows;

/// <summary>
/// Writes outcomes: a few statements for any number of recipients. Each finds only rows that still carry this start's epoch, so one that lost its lease changes
/// nothing and leaves no trace. Locks: messages, sorted, then their recipients.
/// </summary>
internal sealed class OutcomeRows(NpgsqlDataSource cell, long epoch)
{
    // Two nodes that end the last two recipients of a message take turns here, so the second one sees that nobody is left.
    private const string HoldMessages = "SELECT id FROM queue.message WHERE id = ANY ($1) ORDER BY id FOR UPDATE";

    private const string End =
        """
        WITH ended AS (
            DELETE FROM queue.recipient r USING unnest($2, $3, $4, $5, $6, $7) AS n (message_id, number, outcome, reply, host, tls)
            WHERE r.message_id = n.message_id AND r.number = n.number AND r.epoch = $1
            RETURNING r.message_id, r.customer_id, n.outcome, r.attempts + 1 AS attempts, r.address, r.reverse_path, n.reply, n.host, n.tls)
        INSERT INTO queue.trace (message_id, customer_id, outcome, attempts, address, reverse_path, reply, host, tls)
        SELECT message_id, customer_id, outcome, attempts, address, reverse_path, reply, host, tls FROM ended
        """;

    private const string Continue =
        """
        WITH kept AS (
            UPDATE queue.recipient r SET state = n.state, attempts = r.attempts + n.tries, epoch = CASE WHEN n.keeps THEN r.epoch ELSE 0 END, next_attempt_at = now() + n.wait,
                last_reply = coalesce(n.reply, r.last_reply), last_host = coalesce(n.host, r.last_host)
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS n (message_id, number, outcome, reply, host, tls, state, tries, wait, keeps)
            WHERE r.message_id = n.message_id AND r.number = n.number AND r.epoch = $1
            RETURNING r.message_id, r.customer_id, n.outcome, r.attempts, r.address, r.reverse_path, n.reply, n.host, n.tls)
        INSERT INTO queue.trace (message_id, customer_id, outcome, attempts, address, reverse_path, reply, host, tls)
        SELECT message_id, customer_id, outcome, attempts, address, reverse_path, reply, host, tls FROM kept WHERE outcome <= 4
        """;

    // A report is stored only while this start owns what it tells of: anything else divides by zero, which fails this one message and no other.
    private const string MustOwn =
        """
        SELECT 1 / (count(*) = cardinality($2))::int FROM (
            SELECT FROM queue.recipient r JOIN unnest($2, $3) AS n (message_id, number) USING (message_id, number) WHERE r.epoch = $1 FOR UPDATE OF r) own
        """;

    private const string MustBeUntold =
        """
        SELECT 1 / (count(*) > 0)::int FROM (
            SELECT FROM queue.recipient r JOIN unnest($1, $2) AS n (message_id, number) USING (message_id, number) WHERE NOT r.delay_reported FOR UPDATE OF r) untold
        """;

    private const string DropReported =
        "DELETE FROM queue.recipient r USING unnest($2, $3) AS n (message_id, number) WHERE r.message_id = n.message_id AND r.number = n.number AND r.epoch = $1";

    private const string MarkDelayed =
        "UPDATE queue.recipient r SET delay_reported = true FROM unnest($1, $2) AS n (message_id, number) WHERE r.message_id = n.message_id AND r.number = n.number";

    private const string DropMessages = "DELETE FROM queue.message m WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM queue.recipient r WHERE r.message_id = m.id)";

    /// <summary>Commits all of them or throws with none.</summary>
    public async Task WriteAsync(IReadOnlyCollection<Outcome> outcomes, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlBatch batch = new(connection, transaction);
        Outcome[] ended = [.. outcomes.Where(outcome => outcome.Next is null)];
        Outcome[] kept = [.. outcomes.Where(outcome => outcome.Next is not null)];
        long[] messages = MessagesOf(ended.Select(outcome => outcome.Entry));
        batch.Add(KeyedPlans.Sql);
        if (ended.Length > 0)
        {
            batch.Add(HoldMessages, Longs(messages));
            batch.Add(End, WithRow(ended));
        }

        if (kept.Length > 0)
        {
            batch.Add(
                Continue,
                [
                    .. WithRow(kept),
                    Shorts(kept.Select(outcome => (int)outcome.Next!.Value)),
                    Integers(kept.Select(outcome => outcome.Kind == OutcomeKind.Postponed ? 0 : 1)),
                    Spans(kept.Select(outcome => outcome.Wait)),
                    Booleans(kept.Select(outcome => outcome.KeepsOwner)),
                ]);
        }

        if (ended.Length > 0)
            batch.Add(DropMessages, Longs(messages));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes away rows whose report was made, or cannot be made.</summary>
    /// <param name="mustOwn">Whether the transaction is to fail when they are not this start's any more.</param>
    public void AddSettlement(NpgsqlBatch batch, IReadOnlyCollection<QueueEntry> reported, bool mustOwn)
    {
        long[] messages = MessagesOf(reported);
        batch.Add(HoldMessages, Longs(messages));
        if (mustOwn)
            batch.Add(MustOwn, Long(epoch), Longs(reported.Select(entry => entry.Key.Message)), Integers(reported.Select(entry => entry.Key.Number)));
        batch.Add(DropReported, Long(epoch), Longs(reported.Select(entry => entry.Key.Message)), Integers(reported.Select(entry => entry.Key.Number)));
        batch.Add(DropMessages, Longs(messages));
    }

    /// <summary>The sender has been told that they wait; whoever owns the rows by now, it is told once.</summary>
    public static void AddDelayMark(NpgsqlBatch batch, IReadOnlyCollection<QueueEntry> reported)
    {
        foreach (string sql in (string[])[MustBeUntold, MarkDelayed])
            batch.Add(sql, Longs(reported.Select(entry => entry.Key.Message)), Integers(reported.Select(entry => entry.Key.Number)));
    }

    public async Task SettleAsync(IReadOnlyCollection<QueueEntry> reported, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlBatch batch = new(connection, transaction);
        AddSettlement(batch, reported, mustOwn: false);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private NpgsqlParameter[] WithRow(Outcome[] outcomes) =>
    [
        Long(epoch),
        Longs(outcomes.Select(outcome => outcome.Entry.Key.Message)),
        Integers(outcomes.Select(outcome => outcome.Entry.Key.Number)),
        Shorts(outcomes.Select(outcome => (int)outcome.Kind)),
        Texts(outcomes.Select(outcome => outcome.Reply)),
        Texts(outcomes.Select(outcome => outcome.Host)),
        Texts(outcomes.Select(outcome => outcome.Tls)),
    ];

    private static long[] MessagesOf(IEnumerable<QueueEntry> entries) => [.. entries.Select(entry => entry.Key.Message).Distinct().Order()];
}
