using Mailfleet.Cell;
using Mailfleet.Store.Deleting;
using Npgsql;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Folders;

/// <summary>The statements about folders.</summary>
internal static class FolderRows
{
    private const string MakeSystem =
        """
        INSERT INTO mail.folder (mailbox_id, folder_id, role, name, uid_validity)
        SELECT b.mailbox_id, s.id, s.id, s.name, extract(epoch FROM now())::bigint
        FROM mail.mailbox b, (VALUES (2, 'Sent'), (3, 'Drafts'), (4, 'Trash'), (5, 'Junk'), (6, 'Archive')) AS s (id, name)
        WHERE b.mailbox_id = ANY ($1) ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        """;

    private const string ListAll =
        """
        SELECT b.modseq, EXISTS (SELECT FROM mail.deletion d WHERE d.mailbox_id = b.mailbox_id), f.folder_id, f.parent_id, f.name, f.total_count,
            f.total_count - f.seen_count, f.total_bytes, f.uid_validity, f.uid_next, f.highest_modseq, f.changed_modseq
        FROM mail.mailbox b JOIN mail.folder f USING (mailbox_id) WHERE b.mailbox_id = $1 ORDER BY f.folder_id
        """;

    private const string CountDecided =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT m.folder_id, count(*)::integer, (count(*) FILTER (WHERE m.flags & 1 = 0))::integer, sum(m.size_bytes)::bigint
        FROM intent i JOIN mail.message m ON m.mailbox_id = $1 AND m.folder_id = i.folder_id AND i.uids @> m.uid GROUP BY m.folder_id
        """;

    private const string ReadTree = "SELECT folder_id, parent_id, name FROM mail.folder WHERE mailbox_id = $1";

    private const string Insert =
        """
        WITH made AS (
            INSERT INTO mail.folder (mailbox_id, folder_id, parent_id, name, uid_validity, highest_modseq, created_modseq, changed_modseq)
            SELECT $1, $2, $3, $4, greatest(extract(epoch FROM now())::bigint, $6 + 1, (SELECT max(uid_validity) + 1 FROM mail.folder WHERE mailbox_id = $1)), $5, $5, $5
            RETURNING uid_validity)
        UPDATE mail.mailbox SET modseq = $5, next_folder_id = $2 + 1, last_uid_validity = (SELECT uid_validity FROM made) WHERE mailbox_id = $1
        """;

    private const string Place =
        """
        WITH placed AS (UPDATE mail.folder SET parent_id = $3, name = $4, changed_modseq = $5 WHERE mailbox_id = $1 AND folder_id = $2)
        UPDATE mail.mailbox SET modseq = $5 WHERE mailbox_id = $1
        """;

    // The messages follow in chunks; from this commit on nobody sees them, and without its row nobody adds to the folder.
    private const string Delete =
        """
        WITH gone AS (DELETE FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $2 RETURNING total_count),
        intent AS (INSERT INTO mail.deletion (mailbox_id, folder_id, uids) SELECT $1, $2, '{[1,)}' FROM gone),
        tombstone AS (INSERT INTO mail.change (mailbox_id, modseq, email_id, folder_id, kind) VALUES ($1, $3, -$2, $2, 19))
        UPDATE mail.mailbox SET modseq = $3 WHERE mailbox_id = $1
        """;

    // Up to the last UID given out: what arrives after this commit stays.
    private const string Empty =
        "INSERT INTO mail.deletion (mailbox_id, folder_id, uids) SELECT $1, $2, int8multirange(int8range(1, uid_next)) FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $2 AND total_count > 0";

    /// <summary>Makes the folders with a role that are missing; the inbox is made with the mailbox.</summary>
    public static async Task EnsureSystemAsync(NpgsqlDataSource cell, long[] mailboxes, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(MakeSystem);
        command.Parameters.Add(new() { Value = mailboxes });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Empty when the mailbox has no rows.</summary>
    public static async Task<FolderList> ListAsync(NpgsqlDataSource cell, MailboxKey mailbox, CancellationToken cancellationToken)
    {
        List<MailFolder> folders = [];
        (long modSeq, bool hasDecided) = (0, false);
        await using (NpgsqlCommand command = cell.CreateCommand(ListAll))
        {
            command.Parameters.Add(Value(mailbox.Value));
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                (modSeq, hasDecided) = (reader.GetInt64(0), reader.GetBoolean(1));
                folders.Add(Read(reader));
            }
        }

        if (hasDecided)
            await SubtractDecidedAsync(cell, mailbox, folders, cancellationToken);
        return new FolderList(modSeq, folders);
    }

    public static async Task<Dictionary<int, FolderTree.Node>> ReadTreeAsync(LockedMailbox mailbox, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = mailbox.Command(ReadTree, Value(mailbox.Mailbox.Value));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<int, FolderTree.Node> nodes = [];
        while (await reader.ReadAsync(cancellationToken))
            nodes.Add(reader.GetInt32(0), new FolderTree.Node(reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetString(2)));
        return nodes;
    }

    public static async Task<FolderId> InsertAsync(LockedMailbox mailbox, FolderId? parent, FolderName name, CancellationToken cancellationToken)
    {
        // A mailbox that is older than the fixed ids may still count from 2.
        FolderId folder = new(Math.Max(mailbox.NextFolderId, (int)FolderRole.Archive + 1));
        await mailbox.ExecuteAsync(
            Insert,
            [Value(mailbox.Mailbox.Value), Value(folder.Value), Number(parent?.Value), Value(name.Value), Value(mailbox.ModSeq), Value(mailbox.LastUidValidity)],
            cancellationToken);
        return folder;
    }

    public static Task PlaceAsync(LockedMailbox mailbox, FolderId folder, FolderId? parent, FolderName name, CancellationToken cancellationToken) =>
        mailbox.ExecuteAsync(
            Place, [Value(mailbox.Mailbox.Value), Value(folder.Value), Number(parent?.Value), Value(name.Value), Value(mailbox.ModSeq)], cancellationToken);

    public static Task DeleteAsync(LockedMailbox mailbox, FolderId folder, CancellationToken cancellationToken) =>
        mailbox.ExecuteAsync(Delete, [Value(mailbox.Mailbox.Value), Value(folder.Value), Value(mailbox.ModSeq)], cancellationToken);

    public static Task EmptyAsync(LockedMailbox mailbox, FolderId folder, CancellationToken cancellationToken) =>
        mailbox.ExecuteAsync(Empty, [Value(mailbox.Mailbox.Value), Value(folder.Value)], cancellationToken);

    private static async Task SubtractDecidedAsync(NpgsqlDataSource cell, MailboxKey mailbox, List<MailFolder> folders, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(CountDecided);
        command.Parameters.Add(Value(mailbox.Value));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            int index = folders.FindIndex(folder => folder.Id.Value == reader.GetInt32(0));
            if (index < 0)
                continue;           // its folder is gone too

            // Rows that went between the two queries are counted in neither.
            MailFolder folder = folders[index];
            folders[index] = folder with
            {
                TotalCount = Math.Max(0, folder.TotalCount - reader.GetInt32(1)),
                UnseenCount = Math.Max(0, folder.UnseenCount - reader.GetInt32(2)),
                TotalBytes = Math.Max(0, folder.TotalBytes - reader.GetInt64(3)),
            };
        }
    }

    private static MailFolder Read(NpgsqlDataReader reader) =>
        new(
            new FolderId(reader.GetInt32(2)), reader.IsDBNull(3) ? null : new FolderId(reader.GetInt32(3)), reader.GetString(4), reader.GetInt32(5), reader.GetInt32(6),
            reader.GetInt64(7), (uint)reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11));
}
