using Mailfleet.Cell;
using Mailfleet.Directory.Cache;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Directory;

/// <summary>What the node reads of the schema <c>directory</c>. States: domain 0 pending, 1 active; mailbox 1 active.</summary>
internal sealed class DirectoryRows(NpgsqlDataSource cell)
{
    // An active domain without that mailbox answers too, with nulls.
    private const string Resolve =
        """
        SELECT domain.customer_id, domain.id, mailbox.id, mailbox.local_part || '@' || domain.name, mailbox.quota_bytes
        FROM directory.domain domain
        LEFT JOIN directory.mailbox mailbox ON mailbox.domain_id = domain.id AND mailbox.local_part = $1 AND mailbox.state = 1
        WHERE domain.name = $2 AND domain.state = 1
        """;

    // One domain of the name counts: the active one, else the oldest claim. Mailboxes of a lesser claim must not log in under a name that is another's.
    private const string Credential =
        """
        SELECT domain.customer_id, domain.id, mailbox.id, mailbox.local_part || '@' || domain.name, mailbox.quota_bytes, credential.password_hash
        FROM (SELECT id, customer_id, name FROM directory.domain WHERE name = $2 AND state IN (0, 1) ORDER BY state DESC, id LIMIT 1) domain
        JOIN directory.mailbox mailbox ON mailbox.domain_id = domain.id AND mailbox.local_part = $1 AND mailbox.state = 1
        JOIN directory.credential credential ON credential.mailbox_id = mailbox.id
        """;

    // One statement, so one snapshot: what the last look could not see and this one can. changed_xid is a top-level transaction, as pg_visible_in_snapshot wants.
    private const string Changes =
        """
        SELECT 'snapshot', NULL::bigint, pg_current_snapshot()::text
        UNION ALL SELECT 'customer', id, NULL FROM directory.customer
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'domain', id, NULL FROM directory.domain
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'mailbox', id, NULL FROM directory.mailbox
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'credential', mailbox_id, NULL FROM directory.credential
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        """;

    /// <summary>Null when the domain is not local.</summary>
    public async Task<AddressRow?> FindAddressAsync(AddressKey address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(Resolve, address.LocalPart, address.Domain);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return reader.IsDBNull(2) ? new AddressRow(default, null) : new AddressRow(ReadOwners(reader), ReadMailbox(reader));
    }

    /// <summary>Null when nobody may log in by that address.</summary>
    public async Task<CredentialRow?> FindCredentialAsync(AddressKey address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(Credential, address.LocalPart, address.Domain);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new CredentialRow(ReadOwners(reader), ReadMailbox(reader), reader.GetString(5))
            : null;
    }

    /// <param name="snapshot">The snapshot of the last look; null at the first, which finds no changes.</param>
    public async Task<DirectoryLook> LookAsync(string? snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Changes);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)snapshot ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        string? now = null;
        ChangeSet addresses = new();
        ChangeSet logIns = new();
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.GetString(0))
            {
                case "snapshot":
                    now = reader.GetString(2);
                    break;
                case "customer":
                    addresses.Customers.Add(reader.GetInt64(1));
                    logIns.Customers.Add(reader.GetInt64(1));
                    break;
                case "domain":
                    addresses.Domains.Add(reader.GetInt64(1));
                    logIns.Domains.Add(reader.GetInt64(1));
                    break;
                case "mailbox":
                    addresses.Mailboxes.Add(reader.GetInt64(1));
                    logIns.Mailboxes.Add(reader.GetInt64(1));
                    break;
                case "credential":
                    logIns.Mailboxes.Add(reader.GetInt64(1));
                    break;
            }
        }

        return new DirectoryLook(now!, addresses, logIns);
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<string> values)
    {
        NpgsqlCommand command = cell.CreateCommand(sql);
        foreach (string value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        return command;
    }

    private static Owners ReadOwners(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));

    private static MailboxEntry ReadMailbox(NpgsqlDataReader reader) => new(new MailboxKey(reader.GetInt64(2)), reader.GetString(3), reader.GetInt64(4));
}

/// <param name="Mailbox">Null when the domain is local but has no such mailbox.</param>
internal sealed record AddressRow(Owners Owners, MailboxEntry? Mailbox);

internal sealed record CredentialRow(Owners Owners, MailboxEntry Mailbox, string PasswordHash);

/// <summary>One look at what has changed.</summary>
internal sealed record DirectoryLook(string Snapshot, ChangeSet Addresses, ChangeSet LogIns);
