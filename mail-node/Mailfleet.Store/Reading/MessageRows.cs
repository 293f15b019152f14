using Mailfleet.Cell;
using Npgsql;

namespace Mailfleet.Store.Reading;

/// <summary>The look-ups of readers.</summary>
/// <remarks>What a large delete has decided on is gone for readers, though its rows still stand.</remarks>
internal sealed class MessageRows(NpgsqlDataSource cell)
{
    private const string FindMessages =
        """
        SELECT m.email_id, m.return_path, m.delivered_to, b.id, b.segment_id, b.position, b.size_bytes
        FROM mail.message m JOIN mail.blob b ON b.id = m.blob_id WHERE m.mailbox_id = $1 AND m.email_id = ANY ($2)
        AND NOT EXISTS (SELECT FROM mail.deletion d WHERE d.mailbox_id = m.mailbox_id AND d.folder_id = m.folder_id AND d.uids @> m.uid)
        """;

    private const string FindFolder =
        """
        SELECT uid_validity, highest_modseq, coalesce((SELECT max(id) FROM mail.deletion WHERE mailbox_id = $1 AND folder_id = $2), 0), total_count
        FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $2
        """;

    // The sub-selects are read once, not a row; no pending delete makes the first NULL. A folder in the state that the caller knows lists nothing.
    private const string ListFolder =
        """
        SELECT email_id, uid, size_bytes FROM mail.message WHERE mailbox_id = $1 AND folder_id = $2
        AND ((SELECT range_agg(uids) FROM mail.deletion WHERE mailbox_id = $1 AND folder_id = $2) @> uid) IS NOT TRUE
        AND NOT EXISTS (SELECT FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $2 AND uid_validity = $3 AND highest_modseq = $4
            AND $5 = coalesce((SELECT max(id) FROM mail.deletion WHERE mailbox_id = $1 AND folder_id = $2), 0))
        ORDER BY uid
        """;

    /// <summary>Those that are still there, in any order.</summary>
    public async Task<IReadOnlyList<MessagePlace>> FindAsync(MailboxKey mailbox, long[] emailIds, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(FindMessages);
        command.Parameters.Add(new() { Value = mailbox.Value });
        command.Parameters.Add(new() { Value = emailIds });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<MessagePlace> places = new(emailIds.Length);
        while (await reader.ReadAsync(cancellationToken))
        {
            BlobPlace blob = new(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));
            places.Add(new MessagePlace(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), blob));
        }

        return places;
    }

    /// <summary>The folder's messages, or no list when it is still in the state that is known. Null when the mailbox has no rows yet.</summary>
    public async Task<(FolderState State, FolderSnapshot? Snapshot)?> ListAsync(MailboxKey mailbox, int folder, FolderState? known, CancellationToken cancellationToken)
    {
        FolderState unless = known ?? FolderState.None;
        await using NpgsqlBatch batch = cell.CreateBatch();
        batch.BatchCommands.Add(new(FindFolder) { Parameters = { new() { Value = mailbox.Value }, new() { Value = folder } } });
        batch.BatchCommands.Add(new(ListFolder)
        {
            Parameters =
            {
                new() { Value = mailbox.Value }, new() { Value = folder },
                new() { Value = unless.UidValidity }, new() { Value = unless.HighestModSeq }, new() { Value = unless.NewestDeletion },
            },
        });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        // The list is read after the state and may be newer than it says: the next look then finds another state and lists again.
        FolderState state = new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        List<SnapshotMessage> messages = state == known ? [] : new(reader.GetInt32(3));
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new SnapshotMessage(reader.GetInt64(0), (uint)reader.GetInt64(1), reader.GetInt64(2)));
        return (state, state == known && messages.Count == 0 ? null : new FolderSnapshot((uint)state.UidValidity, messages));
    }
}
