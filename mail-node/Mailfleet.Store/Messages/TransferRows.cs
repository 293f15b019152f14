using Mailfleet.Store.Deleting;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Pools;
using Npgsql;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Messages;

/// <summary>Moves or copies one chunk of messages in a mailbox that is held.</summary>
internal static class TransferRows
{
    private const string FindTarget = "SELECT uid_next, uid_validity FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $2";

    // Row by row in order of ids: a large delete that is being decided is waited for, and the next statement sees its intent.
    private const string Hold = "SELECT FROM mail.message WHERE mailbox_id = $1 AND email_id = ANY ($2) ORDER BY email_id FOR UPDATE";

    // n numbers the messages; is_late: an earlier one arrived later, so the order of UIDs is no order of time any more.
    private const string Chosen =
        $"""
        {DeletionIntents.OfMailbox},
        target AS MATERIALIZED (SELECT uid_next, last_received_at FROM mail.folder WHERE mailbox_id = $1 AND folder_id = $3),
        chosen AS MATERIALIZED (
            SELECT m.*, row_number() OVER (ORDER BY m.folder_id, m.uid) AS n,
                m.received_at < greatest(t.last_received_at, max(m.received_at) OVER (ORDER BY m.folder_id, m.uid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS is_late
            FROM mail.message m, target t WHERE m.mailbox_id = $1 AND m.email_id = ANY ($2) AND {DeletionIntents.Spare}
        """;

    private const string TargetSets =
        """
        highest_modseq = $4, uid_next = f.uid_next + a.count, total_count = f.total_count + a.count, total_bytes = f.total_bytes + a.bytes,
                seen_count = f.seen_count + a.seen, last_received_at = greatest(f.last_received_at, a.latest), dated_from_uid = coalesce(f.uid_next + a.last_late, f.dated_from_uid)
            FROM (SELECT count(*)::integer AS count, sum(size_bytes)::bigint AS bytes, sum(flags & 1)::integer AS seen, max(received_at) AS latest, max(n) FILTER (WHERE is_late) AS last_late
                FROM chosen) a WHERE a.count > 0 AND f.mailbox_id = $1 AND f.folder_id = $3
        """;

    private const string Move =
        $"""
        WITH {Chosen} AND m.folder_id <> $3),
        moved AS (
            UPDATE mail.message m SET folder_id = $3, uid = t.uid_next + c.n - 1, modseq = $4 FROM chosen c, target t WHERE m.mailbox_id = $1 AND m.email_id = c.email_id),
        changes AS (
            INSERT INTO mail.change (mailbox_id, modseq, email_id, uid, folder_id, kind) SELECT $1, $4, email_id, uid, folder_id, 3 FROM chosen),
        sources AS (
            UPDATE mail.folder f SET highest_modseq = $4, total_count = greatest(0, f.total_count - s.count), total_bytes = greatest(0, f.total_bytes - s.bytes),
                seen_count = greatest(0, f.seen_count - s.seen)
            FROM (SELECT folder_id, count(*)::integer AS count, sum(size_bytes)::bigint AS bytes, sum(flags & 1)::integer AS seen FROM chosen GROUP BY folder_id) s
            WHERE f.mailbox_id = $1 AND f.folder_id = s.folder_id),
        destination AS (
            UPDATE mail.folder f SET {TargetSets}),
        box AS (
            UPDATE mail.mailbox SET modseq = $4 WHERE mailbox_id = $1 AND EXISTS (SELECT FROM chosen))
        SELECT c.email_id, c.folder_id, c.uid, c.email_id, t.uid_next + c.n - 1 FROM chosen c, target t ORDER BY c.n
        """;

    private const string Measure =
        $"""
        WITH {DeletionIntents.OfMailbox}
        SELECT d.quota_bytes, (SELECT sum(m.size_bytes)::bigint FROM mail.message m WHERE m.mailbox_id = $1 AND m.email_id = ANY ($2) AND {DeletionIntents.Spare})
        FROM directory.mailbox d WHERE d.id = $1
        """;

    // The source's row refers to the same stored copy and cannot go before this commit, so compaction finds the copy referred to at every moment.
    private const string Copy =
        $"""
        WITH {Chosen}),
        copied AS (
            INSERT INTO mail.message (mailbox_id, email_id, blob_id, thread_id, modseq, uid, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to, flags, keywords)
            SELECT $1, $5 + c.n - 1, c.blob_id, c.thread_id, $4, t.uid_next + c.n - 1, c.size_bytes, c.received_at, c.message_id_hash, $3, c.return_path, c.delivered_to, c.flags, c.keywords
            FROM chosen c, target t),
        changes AS (
            INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) SELECT $1, $4, $5 + n - 1, 1 FROM chosen),
        destination AS (
            UPDATE mail.folder f SET {TargetSets}),
        box AS (
            UPDATE mail.mailbox b SET modseq = $4, next_email_id = b.next_email_id + a.count, used_bytes = b.used_bytes + a.bytes
            FROM (SELECT count(*) AS count, sum(size_bytes)::bigint AS bytes FROM chosen) a WHERE a.count > 0 AND b.mailbox_id = $1)
        SELECT c.email_id, c.folder_id, c.uid, $5 + c.n - 1, t.uid_next + c.n - 1 FROM chosen c, target t ORDER BY c.n
        """;

    /// <summary>The folder's UIDVALIDITY; null when it is gone.</summary>
    public static async Task<uint?> FindTargetAsync(LockedMailbox mailbox, FolderId target, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = mailbox.Command(FindTarget, Value(mailbox.Mailbox.Value), Value(target.Value));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (uint)reader.GetInt64(1) : null;
    }

    public static async Task MoveAsync(LockedMailbox mailbox, long[] emailIds, FolderId target, List<TransferredMessage> moved, CancellationToken cancellationToken)
    {
        await mailbox.ExecuteAsync(Hold, [Value(mailbox.Mailbox.Value), Value(emailIds)], cancellationToken);
        await using NpgsqlCommand command = mailbox.Command(Move, Value(mailbox.Mailbox.Value), Value(emailIds), Value(target.Value), Value(mailbox.ModSeq));
        await ReadAsync(command, moved, cancellationToken);
    }

    /// <summary>The mailbox's used bytes afterwards; null when the copies do not fit.</summary>
    public static async Task<long?> CopyAsync(
        LockedMailbox mailbox, long[] emailIds, FolderId target, long epoch, List<TransferredMessage> copied, CancellationToken cancellationToken)
    {
        (long quota, long bytes) = await MeasureAsync(mailbox, emailIds, cancellationToken);
        if (bytes > quota - mailbox.UsedBytes || !await PoolRows.TryChargeAsync(mailbox, bytes, epoch, cancellationToken))
            return null;
        await using NpgsqlCommand command = mailbox.Command(
            Copy, Value(mailbox.Mailbox.Value), Value(emailIds), Value(target.Value), Value(mailbox.ModSeq), Value(mailbox.NextEmailId));
        await ReadAsync(command, copied, cancellationToken);
        return mailbox.UsedBytes + bytes;
    }

    private static async Task<(long Quota, long Bytes)> MeasureAsync(LockedMailbox mailbox, long[] emailIds, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = mailbox.Command(Measure, Value(mailbox.Mailbox.Value), Value(emailIds));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.IsDBNull(1) ? 0 : reader.GetInt64(1)) : (0, 1);
    }

    private static async Task ReadAsync(NpgsqlCommand command, List<TransferredMessage> messages, CancellationToken cancellationToken)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            messages.Add(new TransferredMessage(
                reader.GetInt64(0), new FolderId(reader.GetInt32(1)), (uint)reader.GetInt64(2), reader.GetInt64(3), (uint)reader.GetInt64(4)));
        }
    }
}
