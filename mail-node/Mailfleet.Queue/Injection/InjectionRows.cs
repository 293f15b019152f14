using Mailfleet.Store;
using Npgsql;

namespace Mailfleet.Queue.Injection;

/// <summary>The nodes' side of what the control plane has handed to the cell.</summary>
public sealed class InjectionRows(NpgsqlDataSource cell)
{
    /// <summary>What is due, the oldest first. Several nodes may read the same; only one of them ends it.</summary>
    public async Task<IReadOnlyList<InjectedMessage>> ReadDueAsync(int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            """
            SELECT r.key, r.address, i.content FROM queue.injection_recipient r JOIN queue.injection i USING (key)
            WHERE r.outcome IS NULL AND r.retry_at <= now() AND i.content IS NOT NULL ORDER BY r.retry_at LIMIT $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<InjectedMessage> due = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            due.Add(new InjectedMessage(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        return due;
    }

    /// <summary>Ends the row in the transaction that stores or queues the message; that fails when another node was faster.</summary>
    public static IDeliveryAttachment EndOf(InjectedMessage message) => new End(message);

    /// <summary>Ends the row without a delivery.</summary>
    public Task GiveUpAsync(InjectedMessage message, string outcome, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE queue.injection_recipient SET outcome = $3 WHERE key = $1 AND address = $2 AND outcome IS NULL", cancellationToken, message.Key, message.Address, outcome);

    public Task RetryAsync(InjectedMessage message, TimeSpan after, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE queue.injection_recipient SET retry_at = now() + $3 WHERE key = $1 AND address = $2 AND outcome IS NULL", cancellationToken, message.Key, message.Address, after);

    /// <summary>Forgets the content of what is a day old and awaited by nobody: until then more recipients may come under its key.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE queue.injection i SET content = NULL
        WHERE content IS NOT NULL AND made_at < now() - interval '1 day' AND NOT EXISTS (SELECT FROM queue.injection_recipient r WHERE r.key = i.key AND r.outcome IS NULL)
        """,
        cancellationToken);

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using NpgsqlCommand command = cell.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class End(InjectedMessage message) : IDeliveryAttachment, IAttachmentWriter
    {
        public IAttachmentWriter Writer => this;

        public int RowCount => 1;

        // Division by zero fails the transaction of this message alone when the row has been ended before.
        public void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages)
        {
            NpgsqlBatchCommand command = new(
                """
                WITH ended AS (
                    UPDATE queue.injection_recipient SET outcome = 'delivered' WHERE key = $1 AND address = $2 AND outcome IS NULL RETURNING 1)
                SELECT 1 / count(*)::int FROM ended
                """);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Key });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Address });
            batch.BatchCommands.Add(command);
        }
    }
}
