using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Lifecycle;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Which customers time has something to do for; across tenants, for the job alone.</summary>
internal sealed class LifecycleTable(NpgsqlDataSource database)
{
    /// <summary>Customers with something to do by now, in the order of their ids.</summary>
    public async Task<IReadOnlyList<CustomerId>> ReadDueAsync(CustomerId? after, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT id FROM tenancy.customer WHERE listed AND NOT is_held AND next_at <= $1 AND id > $2 ORDER BY id LIMIT $3");
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = after?.Value ?? "" });
        command.Parameters.Add(new() { Value = limit });
        return await ReadIdsAsync(command, CustomerId.Parse, cancellationToken);
    }

    /// <summary>Domains of a customer that are still there.</summary>
    public async Task<IReadOnlyList<DomainId>> DomainsOfAsync(CustomerId customer, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT id FROM tenancy.domain WHERE customer_id = $1 AND listed ORDER BY id LIMIT $2");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = limit });
        return await ReadIdsAsync(command, DomainId.Parse, cancellationToken);
    }

    /// <summary>Mailboxes of a customer whose end the cell has not been told yet; those of released domains too.</summary>
    public async Task<IReadOnlyList<MailboxId>> MailboxesOfAsync(CustomerId customer, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT m.id FROM tenancy.mailbox m JOIN tenancy.provisioning p ON p.object_id = m.id
            WHERE m.customer_id = $1 AND (p.row ->> 'state')::int <> 9 ORDER BY m.id LIMIT $2
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = limit });
        return await ReadIdsAsync(command, MailboxId.Parse, cancellationToken);
    }

    /// <summary>Every mailbox the customer ever had.</summary>
    public async Task<IReadOnlyList<string>> AllMailboxesOfAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT id FROM tenancy.mailbox WHERE customer_id = $1 ORDER BY id");
        command.Parameters.Add(new() { Value = customer.Value });
        return await ReadIdsAsync(command, id => id, cancellationToken);
    }

    public async Task<long> CountDomainsEverAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT count(*) FROM tenancy.domain WHERE customer_id = $1");
        command.Parameters.Add(new() { Value = customer.Value });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Customers below a place whose stage ends by itself by a moment, or that are held.</summary>
    public async Task<IReadOnlyList<ScheduledCustomer>> ReadScheduleAsync(SubtreePath place, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT id, name, stage, due_at, is_held FROM tenancy.customer
            WHERE listed AND due_at <= $1 AND path >= $2 AND path < $3 ORDER BY due_at, id LIMIT $4
            """);
        command.Parameters.Add(new() { Value = until.ToUniversalTime() });
        command.Parameters.Add(new() { Value = place.Value });
        command.Parameters.Add(new() { Value = place.Value + "\U0010FFFF" });
        command.Parameters.Add(new() { Value = limit });
        List<ScheduledCustomer> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new ScheduledCustomer(
                CustomerId.Parse(reader.GetString(0)), reader.GetString(1), Enum.Parse<CustomerStage>(reader.GetString(2)),
                reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(4)));
        return rows;
    }

    private static async Task<IReadOnlyList<T>> ReadIdsAsync<T>(NpgsqlCommand command, Func<string, T> parse, CancellationToken cancellationToken)
    {
        List<T> ids = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(parse(reader.GetString(0)));
        return ids;
    }
}

internal sealed record ScheduledCustomer(CustomerId Id, string Name, CustomerStage Stage, DateTimeOffset DueAt, bool IsHeld);
