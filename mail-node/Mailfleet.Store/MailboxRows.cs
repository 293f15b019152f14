using Npgsql;

namespace Mailfleet.Store;

/// <summary>Makes the rows of mailboxes that get their first mail or are looked at first.</summary>
internal static class MailboxRows
{
    /// <summary>The inbox is the first folder of every mailbox.</summary>
    public const int InboxId = 1;

    /// <summary>A transaction of its own, before any lock is held: rows made inside the delivery would be locked out of the sorted order.</summary>
    public static async Task EnsureAsync(NpgsqlDataSource cell, long[] mailboxes, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            """
            WITH made AS (
                INSERT INTO mail.mailbox (mailbox_id)
                SELECT id FROM directory.mailbox WHERE id = ANY ($1) AND state <> 9 ORDER BY id
                ON CONFLICT DO NOTHING)
            INSERT INTO mail.folder (mailbox_id, folder_id, role, name, uid_validity)
            SELECT id, 1, 1, 'INBOX', extract(epoch FROM now())::bigint FROM directory.mailbox WHERE id = ANY ($1) AND state <> 9 ORDER BY id
            ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new() { Value = mailboxes });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
