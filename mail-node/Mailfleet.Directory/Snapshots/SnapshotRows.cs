using Mailfleet.Cell;
using Npgsql;

namespace Mailfleet.Directory.Snapshots;

/// <summary>Reads all addresses of the cell that receive mail, in the order of their bytes.</summary>
internal sealed class SnapshotRows(NpgsqlDataSource cell)
{
    // Collation C compares bytes, which is the order of the file's keys.
    private const string All =
        """
        SELECT domain.name, domain.customer_id, domain.id, name.local_part, name.mailbox_id, name.quota_bytes, name.alias_id, name.targets,
            customer.state, customer.refusal_text
        FROM directory.domain domain JOIN directory.customer customer ON customer.id = domain.customer_id
        LEFT JOIN (
            SELECT domain_id, local_part, mailbox.id AS mailbox_id, mailbox.quota_bytes, alias.id AS alias_id, alias.targets
            FROM (SELECT * FROM directory.mailbox WHERE state = 1) mailbox
            FULL JOIN (SELECT * FROM directory.alias WHERE state = 1) alias USING (domain_id, local_part)) name ON name.domain_id = domain.id
        WHERE domain.state = 1
        ORDER BY domain.name COLLATE "C", name.local_part COLLATE "C" NULLS FIRST
        """;

    /// <returns>How many names there are.</returns>
    public async Task<long> WriteAsync(SnapshotWriter file, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(All);
        command.CommandTimeout = 0;     // millions of rows are no fault
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        string? domain = null;
        MailboxEntry? oldest = null;
        long names = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetString(0) is var next && next != domain)
            {
                if (oldest is not null)
                    file.AddOldest(domain!, oldest);
                (domain, oldest) = (next, null);
                file.AddDomain(domain, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt16(8), reader.IsDBNull(9) ? "" : reader.GetString(9));
            }

            if (reader.IsDBNull(3))
                continue;
            AddressKey address = new(reader.GetString(3), domain);
            MailboxEntry? mailbox = reader.IsDBNull(4) ? null : new MailboxEntry(new MailboxKey(reader.GetInt64(4)), address.ToString(), reader.GetInt64(5), reader.GetInt64(1));
            AliasRow? alias = reader.IsDBNull(6) ? null : new AliasRow(reader.GetInt64(6), reader.GetFieldValue<string[]>(7));
            file.AddName(address, mailbox, alias);
            names++;
            if (mailbox is not null && (oldest is null || mailbox.Key.Value < oldest.Key.Value))
                oldest = mailbox;
        }

        if (oldest is not null)
            file.AddOldest(domain!, oldest);
        return names;
    }
}
