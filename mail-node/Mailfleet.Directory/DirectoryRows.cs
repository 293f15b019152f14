using Mailfleet.Cell;
using Mailfleet.Directory.Cache;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Directory;

/// <summary>What the node reads of the schema <c>directory</c>. States: domain 0 pending, 1 active; mailbox and alias 1 active.</summary>
internal sealed class DirectoryRows(NpgsqlDataSource cell) : INameRows
{
    // A name that nobody has answers too, with nulls, while its domain is active.
    private const string Names =
        """
        SELECT given.local_part, given.domain, domain.customer_id, domain.id, alias.id, alias.targets,
            mailbox.id, mailbox.local_part || '@' || domain.name, mailbox.quota_bytes, customer.state, customer.refusal_text
        FROM unnest($1, $2) AS given (local_part, domain)
        JOIN directory.domain domain ON domain.name = given.domain AND domain.state = 1
        JOIN directory.customer customer ON customer.id = domain.customer_id
        LEFT JOIN directory.alias alias ON alias.domain_id = domain.id AND alias.local_part = given.local_part AND alias.state = 1
        LEFT JOIN directory.mailbox mailbox ON mailbox.domain_id = domain.id AND mailbox.local_part = given.local_part AND mailbox.state = 1
        """;

    // The sum keeps the planner from walking the primary key through every other domain's mailboxes.
    private const string FirstMailbox =
        """
        SELECT mailbox.id, mailbox.local_part || '@' || domain.name, mailbox.quota_bytes, domain.customer_id, customer.state, customer.refusal_text
        FROM directory.domain domain JOIN directory.customer customer ON customer.id = domain.customer_id JOIN directory.mailbox mailbox ON mailbox.domain_id = domain.id AND mailbox.state = 1
        WHERE domain.id = $1
        ORDER BY mailbox.id + 0 LIMIT 1
        """;

    // One domain of the name counts: the active one, else the oldest claim. Mailboxes of a lesser claim must not log in under a name that is another's.
    private const string Credentials =
        """
        SELECT given.local_part, given.domain, domain.customer_id, domain.id,
            mailbox.id, mailbox.local_part || '@' || domain.name, mailbox.quota_bytes, credential.password_hash, credential.changed_xid, customer.state, customer.refusal_text
        FROM unnest($1, $2) AS given (local_part, domain)
        CROSS JOIN LATERAL (SELECT id, customer_id, name FROM directory.domain WHERE name = given.domain AND state IN (0, 1) ORDER BY state DESC, id LIMIT 1) domain
        JOIN directory.customer customer ON customer.id = domain.customer_id
        JOIN directory.mailbox mailbox ON mailbox.domain_id = domain.id AND mailbox.local_part = given.local_part AND mailbox.state = 1
        JOIN directory.credential credential ON credential.mailbox_id = mailbox.id
        """;

    // One statement, so one snapshot: what the last look could not see and this one can. changed_xid is a top-level transaction, as pg_visible_in_snapshot wants.
    private const string Changes =
        """
        SELECT 'snapshot', NULL::bigint, pg_current_snapshot()::text, NULL::bigint
        UNION ALL SELECT 'customer', id, NULL, NULL FROM directory.customer
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'domain', id, NULL, NULL FROM directory.domain
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'mailbox', id, local_part, domain_id FROM directory.mailbox
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'alias', id, local_part, domain_id FROM directory.alias
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        UNION ALL SELECT 'credential', mailbox_id, NULL, NULL FROM directory.credential
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        """;

    public async Task<IReadOnlyDictionary<AddressKey, NameRow>> FindNamesAsync(IReadOnlyCollection<AddressKey> names, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Names);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.LocalPart)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Domain)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<AddressKey, NameRow> found = new(names.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            AliasRow? alias = reader.IsDBNull(4) ? null : new AliasRow(reader.GetInt64(4), reader.GetFieldValue<string[]>(5));
            CustomerStanding standing = ReadStanding(reader, 9);
            MailboxEntry? mailbox = reader.IsDBNull(6) ? null : ReadMailbox(reader, 6, customerColumn: 2, standing);
            found.Add(new AddressKey(reader.GetString(0), reader.GetString(1)), new NameRow(reader.GetInt64(2), standing, reader.GetInt64(3), alias, mailbox));
        }

        return found;
    }

    public async Task<MailboxEntry?> FindFirstMailboxAsync(string name, long domain, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(FirstMailbox);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = domain });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ReadMailbox(reader, 0, customerColumn: 3, ReadStanding(reader, 4)) : null;
    }

    /// <summary>Who may log in by each of these addresses; those by which nobody may are absent.</summary>
    public async Task<IReadOnlyDictionary<AddressKey, CredentialRow>> FindCredentialsAsync(IReadOnlyCollection<AddressKey> addresses, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Credentials);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. addresses.Select(address => address.LocalPart)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. addresses.Select(address => address.Domain)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<AddressKey, CredentialRow> found = new(addresses.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            MailboxEntry mailbox = ReadMailbox(reader, 4, customerColumn: 2, ReadStanding(reader, 9));
            RowKey[] grounds = [RowKey.Customer(reader.GetInt64(2)), RowKey.Domain(reader.GetInt64(3)), RowKey.Mailbox(mailbox.Key.Value)];
            found.Add(
                new AddressKey(reader.GetString(0), reader.GetString(1)),
                new CredentialRow(grounds, mailbox, reader.GetString(7), reader.GetFieldValue<ulong>(8)));
        }

        return found;
    }

    /// <summary>The language of reports to a customer's users; null when there is no such customer.</summary>
    public async Task<string?> FindLanguageAsync(long customer, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("SELECT language FROM directory.customer WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = customer });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <param name="snapshot">The snapshot of the last look; null at the first, which finds no changes.</param>
    public async Task<DirectoryLook> LookAsync(string? snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Changes);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)snapshot ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        string? now = null;
        HashSet<RowKey> addresses = [];
        HashSet<RowKey> logIns = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.GetString(0))
            {
                case "snapshot":
                    now = reader.GetString(2);
                    break;
                case "customer":
                    addresses.Add(RowKey.Customer(reader.GetInt64(1)));
                    logIns.Add(RowKey.Customer(reader.GetInt64(1)));
                    break;
                case "domain":
                    addresses.Add(RowKey.Domain(reader.GetInt64(1)));
                    logIns.Add(RowKey.Domain(reader.GetInt64(1)));
                    break;
                case "mailbox":
                    addresses.Add(RowKey.Mailbox(reader.GetInt64(1)));
                    addresses.Add(RowKey.NameOf(reader.GetInt64(3), reader.GetString(2)));
                    logIns.Add(RowKey.Mailbox(reader.GetInt64(1)));
                    break;
                case "alias":
                    addresses.Add(RowKey.Alias(reader.GetInt64(1)));
                    addresses.Add(RowKey.NameOf(reader.GetInt64(3), reader.GetString(2)));
                    break;
                case "credential":
                    logIns.Add(RowKey.Mailbox(reader.GetInt64(1)));
                    break;
            }
        }

        return new DirectoryLook(now!, addresses, logIns);
    }

    private static MailboxEntry ReadMailbox(NpgsqlDataReader reader, int first, int customerColumn, CustomerStanding standing) =>
        new(new MailboxKey(reader.GetInt64(first)), reader.GetString(first + 1), reader.GetInt64(first + 2), reader.GetInt64(customerColumn)) { Standing = standing };

    private static CustomerStanding ReadStanding(NpgsqlDataReader reader, int first) =>
        CustomerStanding.Of(reader.GetInt16(first), reader.IsDBNull(first + 1) ? null : reader.GetString(first + 1));
}

/// <summary>A name of a local domain and who has it.</summary>
internal sealed record NameRow(long Customer, CustomerStanding Standing, long Domain, AliasRow? Alias, MailboxEntry? Mailbox);

internal sealed record AliasRow(long Id, IReadOnlyList<string> Targets);

/// <param name="PasswordChange">The transaction that set the password: another means another password.</param>
internal sealed record CredentialRow(IReadOnlyCollection<RowKey> Grounds, MailboxEntry Mailbox, string PasswordHash, ulong PasswordChange);

/// <summary>One look at what has changed.</summary>
internal sealed record DirectoryLook(string Snapshot, IReadOnlyCollection<RowKey> Addresses, IReadOnlyCollection<RowKey> LogIns);
