using Mailfleet.Cell;
using Mailfleet.Filter.Sending;
using Npgsql;

namespace Mailfleet.Filter.Storage;

/// <summary>The table <c>filter.sent</c> of the cell.</summary>
public sealed class SentRows(NpgsqlDataSource cell)
{
    private const string Read =
        """
        SELECT box.sends_freely,
            COALESCE(sum(sent.messages) FILTER (WHERE sent.hour = $2), 0), COALESCE(sum(sent.recipients) FILTER (WHERE sent.hour = $2), 0),
            COALESCE(sum(sent.messages), 0), COALESCE(sum(sent.recipients), 0)
        FROM directory.mailbox box LEFT JOIN filter.sent sent ON sent.mailbox_id = box.id AND sent.hour > $2 - interval '24 hours'
        WHERE box.id = $1
        GROUP BY box.id
        """;

    // In one order, so that two nodes never wait for each other.
    private const string Add =
        """
        INSERT INTO filter.sent AS sent (mailbox_id, hour, messages, recipients)
        SELECT mailbox_id, $1, messages, recipients FROM unnest($2, $3, $4) AS taken (mailbox_id, messages, recipients) ORDER BY mailbox_id
        ON CONFLICT (mailbox_id, hour) DO UPDATE SET messages = sent.messages + excluded.messages, recipients = sent.recipients + excluded.recipients
        """;

    private const string Prune = "DELETE FROM filter.sent WHERE hour < now() - interval '2 days'";

    /// <summary>Forgets what no limit looks at any more.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Prune);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task<SentSums> ReadAsync(MailboxKey mailbox, DateTimeOffset hour, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Read);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mailbox.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = hour });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new SentSums(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetBoolean(0))
            : default;                                  // gone meanwhile: its session ends with the next poll
    }

    internal async Task AddAsync(DateTimeOffset hour, IReadOnlyCollection<(MailboxKey Mailbox, int Messages, int Recipients)> taken, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Add);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = hour });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. taken.Select(row => row.Mailbox.Value)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. taken.Select(row => row.Messages)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. taken.Select(row => row.Recipients)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
