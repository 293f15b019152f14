using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Queue.Admin;

/// <summary>
/// The operator's hands on the queue, from any process that reaches the cell. What a node holds is taken out of its hands: its epoch goes from the row, and a hint
/// makes the node look. What is being sent at that very moment cannot be called back; its outcome then finds no row.
/// </summary>
public sealed class QueueAdmin(NpgsqlDataSource cell)
{
    private const string Fits =
        """
        ($1::bigint IS NULL OR r.message_id = $1) AND ($2::integer IS NULL OR r.number = $2) AND ($4::text IS NULL OR lower(r.reverse_path) = lower($4))
        AND ($5::text IS NULL OR lower(r.address) = lower($5))
        AND ($3::text IS NULL OR r.domain = $3 OR (starts_with($3, '*.') AND right(r.domain, length($3) - 1) = substr($3, 2)))
        """;

    private const string List =
        $"""
         SELECT r.message_id, r.number, r.address, r.reverse_path, coalesce(c.public_id, ''), r.state, r.epoch, r.attempts, m.size_bytes, r.accepted_at, r.next_attempt_at, r.last_reply, r.last_host, n.name
         FROM queue.recipient r JOIN queue.message m ON m.id = r.message_id
         LEFT JOIN directory.customer c ON c.id = r.customer_id LEFT JOIN queue.node n ON n.epoch = r.epoch
         WHERE {Fits} ORDER BY r.accepted_at, r.message_id, r.number LIMIT $6
         """;

    private const string HoldMessages = $"SELECT m.id FROM queue.message m WHERE EXISTS (SELECT FROM queue.recipient r WHERE r.message_id = m.id AND {Fits}) ORDER BY m.id FOR UPDATE";

    private const string Hold = $"UPDATE queue.recipient r SET state = 1, epoch = 0 WHERE state = 0 AND {Fits}";

    private const string Release = $"UPDATE queue.recipient r SET state = 0, next_attempt_at = now() WHERE state = 1 AND {Fits}";

    private const string Retry = $"UPDATE queue.recipient r SET next_attempt_at = now() WHERE state IN (0, 2, 3) AND epoch = 0 AND next_attempt_at > now() AND {Fits}";

    // Whose sender hears of failures waits for that report; the others go.
    private const string Bounce =
        $"""
         WITH returned AS (
             UPDATE queue.recipient r SET state = 2, epoch = 0, next_attempt_at = now(), last_reply = '5.7.1 Returned by an operator', last_host = NULL
             FROM queue.message m WHERE m.id = r.message_id AND m.may_report AND r.reverse_path <> '' AND r.notify & 2 <> 0 AND r.state IN (0, 1) AND {Fits}
             RETURNING r.message_id, r.customer_id, r.attempts, r.address, r.reverse_path),
         dropped AS (
             DELETE FROM queue.recipient r USING queue.message m
             WHERE m.id = r.message_id AND NOT (m.may_report AND r.reverse_path <> '' AND r.notify & 2 <> 0) AND r.state IN (0, 1) AND {Fits}
             RETURNING r.message_id, r.customer_id, r.attempts, r.address, r.reverse_path)
         INSERT INTO queue.trace (message_id, customer_id, outcome, attempts, address, reverse_path, reply)
         SELECT message_id, customer_id, 5, attempts, address, reverse_path, '5.7.1 Returned by an operator' FROM (SELECT * FROM returned UNION ALL SELECT * FROM dropped) all_of_them
         """;

    private const string Delete =
        $"""
         WITH dropped AS (
             DELETE FROM queue.recipient r WHERE {Fits} RETURNING r.message_id, r.customer_id, r.attempts, r.address, r.reverse_path)
         INSERT INTO queue.trace (message_id, customer_id, outcome, attempts, address, reverse_path)
         SELECT message_id, customer_id, 6, attempts, address, reverse_path FROM dropped
         """;

    private const string DropEmpty = "DELETE FROM queue.message m WHERE NOT EXISTS (SELECT FROM queue.recipient r WHERE r.message_id = m.id)";

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<QueuedItem>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(List);
        AddTo(command.Parameters, filter);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<QueuedItem> items = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new QueuedItem(
                string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0):x16}.{reader.GetInt32(1)}"), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                StateOf((EntryState)reader.GetInt16(5), reader.GetInt64(6)), reader.GetInt32(7), reader.GetInt64(8),
                reader.GetFieldValue<DateTimeOffset>(9), reader.GetFieldValue<DateTimeOffset>(10), Text(11), Text(12), Text(13)));
        }

        return items;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Does it, and returns to how many recipients it was done.</summary>
    public async Task<int> DoAsync(QueueVerb verb, QueueFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        int count;
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // As outcomes do: messages first, sorted, so that whoever takes the last recipient sees that nobody is left.
            await ExecuteAsync(connection, HoldMessages, filter, cancellationToken);
            count = await ExecuteAsync(connection, verb switch { QueueVerb.Hold => Hold, QueueVerb.Release => Release, QueueVerb.Retry => Retry, QueueVerb.Bounce => Bounce, _ => Delete }, filter, cancellationToken);
            if (verb is QueueVerb.Bounce or QueueVerb.Delete)
            {
                await using NpgsqlCommand empty = new(DropEmpty, connection);
                await empty.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await using NpgsqlCommand hint = new($"SELECT pg_notify('{QueueHint.Channel}', '{QueueHint.Changed}')", connection);
        await hint.ExecuteNonQueryAsync(cancellationToken);
        return count;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, QueueFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        AddTo(command.Parameters, filter);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddTo(NpgsqlParameterCollection parameters, QueueFilter filter)
    {
        parameters.Add(new NpgsqlParameter { Value = (object?)filter.Message ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        parameters.Add(new NpgsqlParameter { Value = (object?)filter.Number ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        foreach (string? text in (string?[])[filter.Domain, filter.Sender, filter.Recipient])
            parameters.Add(new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
    }

    private static string StateOf(EntryState state, long epoch) => state switch
    {
        EntryState.Held => "held",
        EntryState.Failed or EntryState.Delivered => "reporting",
        _ => epoch == 0 ? "waiting" : "sending",
    };
}
