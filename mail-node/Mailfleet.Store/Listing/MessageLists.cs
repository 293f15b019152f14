using Mailfleet.Cell;
using Mailfleet.Message.Summaries;
using Mailfleet.Store.Deleting;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Summaries;
using Npgsql;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Listing;

/// <summary>
/// Pages of folders. By date, newest first, in one round trip however large the folder: where UIDs are in order of arrival the page is read off their index, and
/// only what lies below a late arrival (an import, a move, mail that waited elsewhere) is sorted.
/// </summary>
public sealed class MessageLists
{
    private const string Columns =
        """
        f.dated_from_uid, m.email_id, m.uid, m.thread_id, m.flags, m.keywords, m.modseq, m.size_bytes, m.received_at, b.id, b.segment_id, b.position, b.size_bytes, s.envelope, m.folder_id
        """;

    private const string Joined = "LEFT JOIN mail.blob b ON b.id = m.blob_id LEFT JOIN mail.summary s ON s.blob_id = m.blob_id AND s.version = $6";

    // The folder's row comes in any case: a folder that is empty is not one that is gone.
    private const string ListOrdered =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT {Columns}
        FROM mail.folder f LEFT JOIN LATERAL (
            SELECT * FROM mail.message m WHERE m.mailbox_id = $1 AND m.folder_id = $2 AND m.uid >= f.dated_from_uid AND m.uid < $4 AND {DeletionIntents.Spare}
            ORDER BY m.uid DESC LIMIT $5) m ON true
        {Joined}
        WHERE f.mailbox_id = $1 AND f.folder_id = $2 AND $3::timestamptz IS NOT NULL ORDER BY m.uid DESC
        """;

    private const string ListSorted =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT {Columns}
        FROM mail.folder f JOIN LATERAL (
            SELECT * FROM mail.message m WHERE m.mailbox_id = $1 AND m.folder_id = $2 AND m.uid < f.dated_from_uid AND (m.received_at, m.uid) < ($3, $4) AND {DeletionIntents.Spare}
            ORDER BY m.received_at DESC, m.uid DESC LIMIT $5) m ON true
        {Joined}
        WHERE f.mailbox_id = $1 AND f.folder_id = $2 ORDER BY m.received_at DESC, m.uid DESC
        """;

    private const string FindById =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT {Columns}
        FROM mail.message m JOIN mail.folder f USING (mailbox_id, folder_id)
        LEFT JOIN mail.blob b ON b.id = m.blob_id LEFT JOIN mail.summary s ON s.blob_id = m.blob_id AND s.version = $3
        WHERE m.mailbox_id = $1 AND m.email_id = ANY ($2) AND {DeletionIntents.Spare}
        """;

    private const string ListByUid =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT m.email_id, m.uid, m.flags, m.keywords, m.modseq, m.size_bytes, m.received_at FROM mail.message m
        WHERE m.mailbox_id = $1 AND m.folder_id = $2 AND m.uid >= $3 AND m.modseq > $4 AND {DeletionIntents.Spare} ORDER BY m.uid LIMIT $5
        """;

    private const string FindStructure =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT b.id, b.segment_id, b.position, b.size_bytes, s.structure
        FROM mail.message m JOIN mail.blob b ON b.id = m.blob_id LEFT JOIN mail.summary s ON s.blob_id = b.id AND s.version = $3
        WHERE m.mailbox_id = $1 AND m.email_id = $2 AND {DeletionIntents.Spare}
        """;

    private static readonly FolderPosition Top = new(new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), uint.MaxValue);

    private readonly NpgsqlDataSource _cell;
    private readonly SummaryMaker _summaries;

    internal MessageLists(NpgsqlDataSource cell, SummaryMaker summaries) => (_cell, _summaries) = (cell, summaries);

    /// <summary>The next messages below a position, newest first; fewer than asked for at the end. Null when the folder is gone.</summary>
    /// <param name="below">Null for the newest.</param>
    public async Task<IReadOnlyList<ListedMessage>?> ListByDateAsync(MailboxKey mailbox, FolderId folder, FolderPosition? below, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        List<Row> rows = [];
        if (await ReadAsync(ListOrdered, mailbox, folder, below ?? Top, limit, rows, cancellationToken) is not { } datedFromUid)
            return null;
        if (rows.Count < limit && datedFromUid > 1)
            await ReadAsync(ListSorted, mailbox, folder, rows.Count > 0 ? rows[^1].Position : below ?? Top, limit - rows.Count, rows, cancellationToken);

        return await DescribeAsync(rows, cancellationToken);
    }

    /// <summary>Messages wherever they are, in any order; those that are gone are missing.</summary>
    public async Task<IReadOnlyList<ListedMessage>> FindAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, CancellationToken cancellationToken)
    {
        List<Row> rows = [];
        await ReadAsync(FindById, [Value(mailbox.Value), Value(emailIds.ToArray()), Value(SummaryFormat.Version)], rows, cancellationToken);
        return await DescribeAsync(rows, cancellationToken);
    }

    /// <summary>Messages from a UID on that have changed since a modseq (0 for all), in the order of UIDs; ask again from the last UID + 1 for more.</summary>
    public async Task<IReadOnlyList<FolderEntry>> ListByUidAsync(
        MailboxKey mailbox, FolderId folder, uint fromUid, long changedSince, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(ListByUid);
        foreach (NpgsqlParameter parameter in (NpgsqlParameter[])[Value(mailbox.Value), Value(folder.Value), Value((long)fromUid), Value(changedSince), Value(limit)])
            command.Parameters.Add(parameter);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<FolderEntry> entries = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new FolderEntry(
                reader.GetInt64(0), (uint)reader.GetInt64(1), FlagSet.Read(reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<string[]>(3)),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return entries;
    }

    /// <summary>A message's parts, with their places in the stored copy; null when it is gone or its bytes are damaged.</summary>
    public async Task<PartStructure?> FindStructureAsync(MailboxKey mailbox, long emailId, CancellationToken cancellationToken)
    {
        BlobPlace place;
        await using (NpgsqlCommand command = _cell.CreateCommand(FindStructure))
        {
            foreach (NpgsqlParameter parameter in (NpgsqlParameter[])[Value(mailbox.Value), Value(emailId), Value(SummaryFormat.Version)])
                command.Parameters.Add(parameter);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            if (!reader.IsDBNull(4))
                return SummaryFormat.ParseStructure(reader.GetFieldValue<byte[]>(4));
            place = new BlobPlace(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }

        return (await _summaries.MakeAsync([place], cancellationToken)).GetValueOrDefault(place.BlobId)?.Structure;
    }

    private async Task<IReadOnlyList<ListedMessage>> DescribeAsync(List<Row> rows, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<long, MessageSummary> made = await _summaries.MakeAsync(rows.Where(row => row.Envelope is null).Select(row => row.Blob), cancellationToken);
        return [.. rows.Select(row => row.ToListed(made.GetValueOrDefault(row.Blob.BlobId)))];
    }

    private Task<long?> ReadAsync(string sql, MailboxKey mailbox, FolderId folder, FolderPosition below, int limit, List<Row> rows, CancellationToken cancellationToken) =>
        ReadAsync(
            sql,
            [Value(mailbox.Value), Value(folder.Value), Value(below.ReceivedAt.ToUniversalTime()), Value((long)below.Uid), Value(limit), Value(SummaryFormat.Version)],
            rows,
            cancellationToken);

    /// <summary>From which UID on the last row's folder is in order; null without a row.</summary>
    private async Task<long?> ReadAsync(string sql, NpgsqlParameter[] parameters, List<Row> rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(sql);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        long? datedFromUid = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            datedFromUid = reader.GetInt64(0);
            if (!reader.IsDBNull(1) && !reader.IsDBNull(9))
                rows.Add(Row.Read(reader));
        }

        return datedFromUid;
    }

    private sealed record Row(
        long EmailId, FolderId Folder, uint Uid, long ThreadId, FlagSet Marks, long ModSeq, long SizeBytes, DateTimeOffset ReceivedAt, BlobPlace Blob, byte[]? Envelope)
    {
        public FolderPosition Position => new(ReceivedAt, Uid);

        public static Row Read(NpgsqlDataReader reader) =>
            new(
                reader.GetInt64(1), new FolderId(reader.GetInt32(14)), (uint)reader.GetInt64(2), reader.GetInt64(3), FlagSet.Read(reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<string[]>(5)),
                reader.GetInt64(6), reader.GetInt64(7), reader.GetFieldValue<DateTimeOffset>(8),
                new BlobPlace(reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12)), reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13));

        public ListedMessage ToListed(MessageSummary? made)
        {
            (MessageEnvelope envelope, string preview, bool hasAttachment) =
                made is not null ? (made.Envelope, made.Preview, made.HasAttachment)
                : Envelope is not null && SummaryFormat.ParseEnvelope(Envelope) is var kept ? (kept.Envelope, kept.Preview, kept.HasAttachment)
                : (MessageEnvelope.Empty, "", false);
            return new ListedMessage(EmailId, Folder, Uid, ThreadId, Marks, ModSeq, SizeBytes, ReceivedAt, envelope, preview, hasAttachment);
        }
    }
}
