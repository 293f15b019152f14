using System.Text.Json;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Provisioning;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A password that waits for its mailbox.</summary>
internal sealed record WaitingPassword(string MailboxId, long Version, byte[] Sealed);

/// <summary>One page of what a cell has yet to get.</summary>
/// <param name="Versions">The version wanted, by object id.</param>
internal sealed record DuePage(DesiredBatch Batch, IReadOnlyDictionary<string, long> Versions, IReadOnlyList<WaitingPassword> Passwords)
{
    public int Count => Versions.Count;
}

/// <summary>The pumps' side of <c>tenancy.provisioning</c>.</summary>
internal sealed class ProvisioningTable(NpgsqlDataSource database)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1); // a refusal needs a person or another change; a minute keeps it cheap

    /// <summary>Parents before children, and older changes first, so that a name given up is free before it is given out again.</summary>
    public async Task<DuePage> ReadDueAsync(string cell, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT p.object_id, p.kind, p.version, p.row::text, s.version, s.sealed
            FROM tenancy.provisioning p LEFT JOIN tenancy.sealed_command s ON s.object_id = p.object_id
            WHERE p.cell = $1 AND p.version > p.applied_version AND (p.retry_at IS NULL OR p.retry_at <= $2)
            ORDER BY p.kind, p.seq LIMIT $3
            """);
        command.Parameters.Add(new() { Value = cell });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = limit });

        List<DesiredCustomer> customers = [];
        List<DesiredDomain> domains = [];
        List<DesiredMailbox> mailboxes = [];
        List<DesiredAlias> aliases = [];
        Dictionary<string, long> versions = [];
        List<WaitingPassword> passwords = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            long version = reader.GetInt64(2);
            versions.Add(reader.GetString(0), version);
            switch ((ObjectKind)reader.GetInt16(1))
            {
                case ObjectKind.Customer:
                    customers.Add(Row<DesiredCustomer>(reader) with { Version = version });
                    break;
                case ObjectKind.Domain:
                    domains.Add(Row<DesiredDomain>(reader) with { Version = version });
                    break;
                case ObjectKind.Mailbox:
                    mailboxes.Add(Row<DesiredMailbox>(reader) with { Version = version });
                    break;
                case ObjectKind.Alias:
                    aliases.Add(Row<DesiredAlias>(reader) with { Version = version });
                    break;
                default:
                    throw new InvalidOperationException($"{reader.GetString(0)} is of the kind {reader.GetInt16(1)}, which this release does not know.");
            }

            if (!reader.IsDBNull(4))
                passwords.Add(new WaitingPassword(reader.GetString(0), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5)));
        }

        return new DuePage(new DesiredBatch(customers, domains, mailboxes) { Aliases = aliases }, versions, passwords);
    }

    /// <summary>Records in one transaction what the cell took and what it refused, and deletes the passwords it has.</summary>
    public async Task RecordAsync(
        IReadOnlyCollection<AppliedRow> rows, IReadOnlyCollection<AppliedRow> passwords, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);

        AppliedRow[] applied = [.. rows.Where(r => r.Refusal is null)];
        batch.BatchCommands.Add(Command(
            """
            UPDATE tenancy.provisioning p
            SET applied_version = r.version, applied_at = $3, refusal = NULL, retry_at = NULL
            FROM unnest($1, $2) AS r (id, version) WHERE p.object_id = r.id AND p.applied_version < r.version
            """,
            applied.Select(r => r.Id).ToArray(), applied.Select(r => r.Version).ToArray(), now));

        // A refusal of a version that is no longer wanted says nothing about the one that is.
        AppliedRow[] refused = [.. rows.Where(r => r.Refusal is not null)];
        batch.BatchCommands.Add(Command(
            """
            UPDATE tenancy.provisioning p
            SET refused_version = r.version, refused_at = $4, refusal = r.refusal, retry_at = $5
            FROM unnest($1, $2, $3) AS r (id, version, refusal) WHERE p.object_id = r.id AND p.version = r.version
            """,
            refused.Select(r => r.Id).ToArray(), refused.Select(r => r.Version).ToArray(), refused.Select(r => r.Refusal!).ToArray(), now,
            now + RetryAfter));

        batch.BatchCommands.Add(Command(
            "DELETE FROM tenancy.sealed_command s USING unnest($1, $2) AS r (id, version) WHERE s.object_id = r.id AND s.version <= r.version",
            passwords.Select(r => r.Id).ToArray(), passwords.Select(r => r.Version).ToArray()));

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>How many of the objects the cell has in the version wanted now.</summary>
    public async Task<long> CountAppliedAsync(IReadOnlyCollection<string> objectIds, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT count(*) FROM tenancy.provisioning WHERE object_id = ANY ($1) AND applied_version >= version");
        command.Parameters.Add(new() { Value = objectIds.ToArray() });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static T Row<T>(NpgsqlDataReader reader) =>
        JsonSerializer.Deserialize<T>(reader.GetString(3), DesiredRows.Json)
            ?? throw new InvalidOperationException($"{reader.GetString(0)} has no desired row.");

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
