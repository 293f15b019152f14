using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Store.Deleting;

/// <summary>Takes e-mails out of a mailbox: rows, counters and tombstones in one transaction. The blob stays until compaction finds that nobody refers to it.</summary>
internal sealed class Deletion(NpgsqlDataSource cell, long epoch)
{
    // Longer than the longest delivery transaction; a user who quits POP3 can wait, a delivery cannot.
    private const string LockTimeout = "SET LOCAL lock_timeout = '10s'";

    private const string LockMailbox = "SELECT modseq + 1 FROM mail.mailbox WHERE mailbox_id = $1 FOR NO KEY UPDATE";

    // Held in order of ids first, because a large delete holds them without the mailbox's lock.
    // used_bytes has a floor: a counter that drifted must not keep a user from deleting; the check reports and repairs it.
    private const string DeleteMessages =
        """
        WITH held AS MATERIALIZED (
            SELECT email_id FROM mail.message WHERE mailbox_id = $1 AND email_id = ANY ($2) AND ($4::integer IS NULL OR folder_id = $4) ORDER BY email_id FOR UPDATE),
        gone AS (
            DELETE FROM mail.message m USING held h WHERE m.mailbox_id = $1 AND m.email_id = h.email_id RETURNING m.email_id, m.folder_id, m.uid, m.flags, m.size_bytes),
        per_folder AS (
            SELECT folder_id, count(*)::integer AS count, sum(flags & 1)::integer AS seen, sum(size_bytes)::bigint AS bytes FROM gone GROUP BY folder_id),
        folders AS (
            UPDATE mail.folder f SET highest_modseq = $3, total_count = greatest(0, f.total_count - p.count), total_bytes = greatest(0, f.total_bytes - p.bytes),
                seen_count = greatest(0, f.seen_count - p.seen)
            FROM per_folder p WHERE f.mailbox_id = $1 AND f.folder_id = p.folder_id),
        tombstones AS (
            INSERT INTO mail.change (mailbox_id, modseq, email_id, uid, folder_id, kind) SELECT $1, $3, email_id, uid, folder_id, 9 FROM gone)
        UPDATE mail.mailbox SET modseq = $3, used_bytes = greatest(0, used_bytes - (SELECT sum(bytes) FROM per_folder)::bigint)
        WHERE mailbox_id = $1 AND EXISTS (SELECT FROM gone)
        RETURNING used_bytes, mail.charge_pools(ARRAY[$1], ARRAY[-(SELECT sum(bytes) FROM per_folder)::bigint], ARRAY[0::bigint], $5)
        """;

    /// <summary>The mailbox's used bytes afterwards; null when all were gone already.</summary>
    /// <param name="folder">Spares messages that are no longer in this folder; null for wherever they are.</param>
    public async Task<long?> ExecuteAsync(MailboxKey mailbox, long[] emailIds, FolderId? folder, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, mailbox, cancellationToken) is not { } modSeq)
            return null;
        long? used = await DeleteAsync(connection, mailbox, modSeq, emailIds, folder, epoch, cancellationToken);

        // A commit that is cancelled half-way leaves nobody knowing; deleting again is harmless, an interrupted QUIT is not.
        await transaction.CommitAsync(CancellationToken.None);
        return used;
    }

    /// <summary>Holds the mailbox until the transaction ends; its next modseq, or null when it has no rows.</summary>
    public static async Task<long?> LockAsync(NpgsqlConnection connection, MailboxKey mailbox, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch start = new(connection);
        start.BatchCommands.Add(new(LockTimeout));
        NpgsqlBatchCommand take = new(LockMailbox);
        take.Parameters.Add(new() { Value = mailbox.Value });
        start.BatchCommands.Add(take);
        return (long?)await start.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Called under the mailbox's lock; room in its pools is given to this epoch's shares. The used bytes afterwards; null when all were gone already.</summary>
    public static async Task<long?> DeleteAsync(
        NpgsqlConnection connection, MailboxKey mailbox, long modSeq, long[] emailIds, FolderId? folder, long epoch, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = new(DeleteMessages, connection);
        delete.Parameters.Add(new() { Value = mailbox.Value });
        delete.Parameters.Add(new() { Value = emailIds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        delete.Parameters.Add(new() { Value = modSeq });
        delete.Parameters.Add(LockedMailbox.Number(folder?.Value));
        delete.Parameters.Add(new() { Value = epoch });
        return (long?)await delete.ExecuteScalarAsync(cancellationToken);
    }
}
