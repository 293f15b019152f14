using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Notices on their way to cells.</summary>
internal sealed class NoticeTable(NpgsqlDataSource database)
{
    /// <summary>Written with the change that it tells of.</summary>
    public static void Put(IDocumentSession session, Injection notice, string cell, CustomerId customer, DateTimeOffset now) => session.QueueSqlCommand(
        "INSERT INTO tenancy.notice (key, cell, customer_id, recipients, content, made_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        notice.Key, cell, customer.Value, notice.Recipients.ToArray(), notice.Content.ToArray(), now);

    /// <summary>Log-ins of a customer's owners: addresses, by definition.</summary>
    public static async Task<IReadOnlyList<string>> OwnersOfAsync(IDocumentSession session, CustomerId customer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT login FROM tenancy.person WHERE node_id = $1 AND role = $2 AND listed ORDER BY login")
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = nameof(Role.CustomerOwner) } },
        };
        List<string> logins = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            logins.Add(reader.GetString(0));
        return logins;
    }

    public async Task<IReadOnlyList<Injection>> ReadWaitingAsync(string cell, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT key, recipients, content FROM tenancy.notice WHERE cell = $1 AND sent_at IS NULL ORDER BY key LIMIT $2");
        command.Parameters.Add(new() { Value = cell });
        command.Parameters.Add(new() { Value = limit });
        List<Injection> waiting = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            waiting.Add(new Injection(reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<byte[]>(2)));
        return waiting;
    }

    public async Task RecordSentAsync(string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("UPDATE tenancy.notice SET sent_at = $2, content = NULL WHERE key = $1");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
