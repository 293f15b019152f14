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

    // The sub-select is read once, not a row; no pending delete makes it NULL.
    private const string ListFolder =
        """
        SELECT email_id, uid, size_bytes FROM mail.message WHERE mailbox_id = $1 AND folder_id = $2
        AND ((SELECT range_agg(uids) FROM mail.deletion WHERE mailbox_id = $1 AND folder_id = $2) @> uid) IS NOT TRUE ORDER BY uid
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

    /// <summary>Where the stored copy of a message stands; null when it is gone.</summary>
    public async Task<BlobPlace?> FindCopyAsync(long messageId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand("SELECT segment_id, position, size_bytes FROM mail.blob WHERE id = $1");
        command.Parameters.Add(new() { Value = messageId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new BlobPlace(messageId, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)) : null;
    }

    /// <summary>What the folder is like now. Null when the mailbox has no rows yet.</summary>
    public async Task<FolderState?> FindFolderAsync(MailboxKey mailbox, int folder, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(FindFolder);
        command.Parameters.Add(new() { Value = mailbox.Value });
        command.Parameters.Add(new() { Value = folder });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ReadState(reader) : null;
    }

    /// <summary>The folder's state, and its messages, which may be newer than the state says. Null when the mailbox has no rows yet.</summary>
    public async Task<(FolderState State, FolderSnapshot Snapshot)?> ListAsync(MailboxKey mailbox, int folder, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = cell.CreateBatch();
        foreach (string sql in (string[])[FindFolder, ListFolder])
            batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = mailbox.Value }, new() { Value = folder } } });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        FolderState state = ReadState(reader);
        List<SnapshotMessage> messages = new(reader.GetInt32(3));
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new SnapshotMessage(reader.GetInt64(0), (uint)reader.GetInt64(1), reader.GetInt64(2)));
        return (state, new FolderSnapshot((uint)state.UidValidity, messages));
    }

    private static FolderState ReadState(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
}
