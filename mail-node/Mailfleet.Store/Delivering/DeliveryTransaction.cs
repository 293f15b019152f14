using System.Data;
using System.Globalization;
using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Pools;
using Mailfleet.Store.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// Stage 2's one transaction: lock and read (one round trip), decide in memory, insert and count (one round trip), commit.
/// Lock order: segment (shared) → mailbox → folder → shares of pools, each sorted by id.
/// </summary>
internal sealed class DeliveryTransaction(NpgsqlDataSource cell, long epoch, StoreOptionsNow options)
{
    private const string SetUp = KeyedPlans.Sql + ", set_config('lock_timeout', $1, true)";

    // Compaction wants a segment FOR UPDATE: while this transaction runs, no segment it refers to can be judged garbage.
    private const string HoldSegments = "SELECT id FROM mail.segment WHERE id = ANY ($1) AND state = 0 AND epoch = $2 ORDER BY id FOR SHARE";

    private const string LockMailboxes = "SELECT mailbox_id, modseq, used_bytes, next_email_id FROM mail.mailbox WHERE mailbox_id = ANY ($1) ORDER BY mailbox_id FOR NO KEY UPDATE";

    // A statement after the lock sees what the last holder committed (READ COMMITTED), and folders change only under their mailbox's lock.
    private const string ReadTargets =
        """
        SELECT d.id, d.quota_bytes, d.state = 9, b.mailbox_id IS NOT NULL, t.folder_id, f.uid_next, f.last_received_at
        FROM unnest($1, $2) AS t (id, folder_id)
        JOIN directory.mailbox d ON d.id = t.id
        LEFT JOIN LATERAL (SELECT mailbox_id FROM mail.mailbox WHERE mailbox_id = t.id OFFSET 0) b ON true
        LEFT JOIN LATERAL (SELECT uid_next, last_received_at FROM mail.folder WHERE mailbox_id = t.id AND folder_id = t.folder_id OFFSET 0) f ON true
        """;

    private const string FindCommitted =
        "SELECT b.id, m.mailbox_id, m.email_id, m.folder_id, m.uid FROM mail.blob b LEFT JOIN mail.message m ON m.blob_id = b.id WHERE b.id = ANY ($1) ORDER BY 1, 3";

    private const string InsertBlobs =
        "INSERT INTO mail.blob (id, segment_id, position, size_bytes, header_bytes) SELECT * FROM unnest($1, $2, $3, $4, $5)";

    private const string InsertMessages =
        """
        WITH added AS (
            INSERT INTO mail.message (mailbox_id, email_id, blob_id, thread_id, modseq, uid, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to, flags, keywords)
            SELECT mailbox_id, email_id, blob_id, email_id, modseq, uid, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to, flags, string_to_array(keywords, ' ')
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                AS row (mailbox_id, email_id, blob_id, modseq, uid, size_bytes, received_at, message_id_hash, return_path, delivered_to, folder_id, flags, keywords)
            RETURNING mailbox_id, modseq, email_id)
        INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) SELECT mailbox_id, modseq, email_id, 1 FROM added
        """;

    // By the rows' places: they are held since they were read, so they have not moved.
    private const string CountMailboxes =
        """
        UPDATE mail.mailbox m SET modseq = n.modseq, used_bytes = m.used_bytes + n.bytes, next_email_id = m.next_email_id + n.count
        FROM unnest($1, $2, $3, $4) AS n (id, modseq, count, bytes), LATERAL (SELECT ctid FROM mail.mailbox WHERE mailbox_id = n.id OFFSET 0) at WHERE m.ctid = at.ctid
        """;

    private const string CountFolders =
        """
        UPDATE mail.folder f SET highest_modseq = n.modseq, uid_next = f.uid_next + n.count, total_count = f.total_count + n.count, total_bytes = f.total_bytes + n.bytes,
            seen_count = f.seen_count + n.seen, last_received_at = n.last_received_at, dated_from_uid = coalesce(n.dated_from_uid, f.dated_from_uid)
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS n (id, modseq, count, bytes, folder_id, seen, last_received_at, dated_from_uid),
            LATERAL (SELECT ctid FROM mail.folder WHERE mailbox_id = n.id AND folder_id = n.folder_id OFFSET 0) at
        WHERE f.ctid = at.ctid
        """;

    private const string SealStreamed = "UPDATE mail.segment SET state = 1 WHERE id = ANY ($1)";

    /// <summary>
    /// Commits what can be committed now. Mailboxes that others hold are passed over, or waited for up to the lock timeout when <paramref name="waitForLocks"/>.
    /// Throws with nothing decided when the database faults; an unclear commit leaves its deliveries marked.
    /// </summary>
    public async Task<DeliveryPlan> ExecuteAsync(IReadOnlyList<Delivery> batch, bool waitForLocks)
    {
        long[] mailboxes = [.. batch.SelectMany(delivery => delivery.Targets).Select(target => target.Mailbox.Value).Distinct().Order()];
        DeliveryPlan? plan = await TryExecuteAsync(batch, mailboxes, waitForLocks);
        if (plan is null)
        {
            await MailboxRows.EnsureAsync(cell, mailboxes, CancellationToken.None);
            long[] withRoles = [.. batch.SelectMany(delivery => delivery.Targets).Where(IsForAnotherRole).Select(target => target.Mailbox.Value).Distinct()];
            if (withRoles.Length > 0)
                await FolderRows.EnsureSystemAsync(cell, withRoles, CancellationToken.None);
            plan = await TryExecuteAsync(batch, mailboxes, waitForLocks)
                ?? throw new DataException("A mailbox row that was just made is not there.");
        }

        return plan;
    }

    private static bool IsForAnotherRole(DeliveryTarget target) => target.Folder.Role is not (null or FolderRole.Inbox);

    /// <summary>Null when a mailbox, or a folder with a role, has no row yet.</summary>
    private async Task<DeliveryPlan?> TryExecuteAsync(IReadOnlyList<Delivery> batch, long[] mailboxes, bool waitForLocks)
    {
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        Facts facts = await ReadAsync(connection, batch, mailboxes, waitForLocks);
        if (facts.LacksRows)
            return null;

        List<Delivery> fenced = [];
        List<Delivery> open = [];
        foreach (Delivery delivery in batch.Where(delivery => !facts.Committed.ContainsKey(delivery.Id)))
            (facts.Segments.Contains(delivery.SegmentId) ? open : fenced).Add(delivery);

        DeliveryPlan plan = DeliveryPlan.Decide(open, facts.Mailboxes);
        plan.Refused.AddRange(fenced.Select(delivery => (delivery, DeliveryStatus.Failed, (IReadOnlyList<MailboxKey>)[])));
        if (plan.Stored.Count > 0)
        {
            await WriteAsync(connection, plan);
            foreach (Delivery delivery in plan.Stored)
                delivery.MayBeCommitted = true;
            await transaction.CommitAsync();
        }

        foreach (Delivery delivery in batch)
        {
            if (!facts.Committed.TryGetValue(delivery.Id, out List<StoredMessage>? found))
                continue;
            delivery.Messages = InOrderOfTargets(delivery, found);
            plan.Stored.Add(delivery);
        }

        return plan;
    }

    // The commit gave out e-mail ids in the order of the targets; a copy made since has a higher one.
    private static List<StoredMessage> InOrderOfTargets(Delivery delivery, List<StoredMessage> found)
    {
        List<StoredMessage> messages = [];
        foreach (DeliveryTarget target in delivery.Targets)
        {
            int index = found.FindIndex(message => message.Mailbox == target.Mailbox);
            if (index < 0)
                continue;
            messages.Add(found[index]);
            found.RemoveAt(index);
        }

        return messages;
    }

    private async Task<Facts> ReadAsync(NpgsqlConnection connection, IReadOnlyList<Delivery> batch, long[] mailboxes, bool waitForLocks)
    {
        long[] uncertain = [.. batch.Where(delivery => delivery.MayBeCommitted || delivery.IsPromised).Select(delivery => delivery.Id)];
        await using NpgsqlBatch read = new(connection);
        Add(read, SetUp, new NpgsqlParameter<string> { TypedValue = ((int)options.Value.LockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) });
        Add(read, HoldSegments, Longs(batch.Select(delivery => delivery.SegmentId).Distinct()), new NpgsqlParameter<long> { TypedValue = epoch });
        Add(read, waitForLocks ? LockMailboxes : LockMailboxes + " SKIP LOCKED", Longs(mailboxes));
        (long Mailbox, int Folder)[] folders = FoldersOf(batch, mailboxes);
        Add(read, ReadTargets, Longs(folders.Select(folder => folder.Mailbox)), Numbers(folders.Select(folder => folder.Folder)));
        Add(read, PoolRows.Read, Longs(mailboxes), new NpgsqlParameter<long> { TypedValue = epoch });

        // Asked under the mailboxes' locks: a commit whose outcome was unclear has ended, one way or the other, once they are ours.
        if (uncertain.Length > 0)
            Add(read, FindCommitted, Longs(uncertain));
        await read.PrepareAsync();

        await using NpgsqlDataReader reader = await read.ExecuteReaderAsync();
        await reader.NextResultAsync();
        HashSet<long> segments = await ReadIdsAsync(reader);
        await reader.NextResultAsync();
        Dictionary<long, (long ModSeq, long Used, long NextEmailId)> locked = [];
        while (await reader.ReadAsync())
            locked.Add(reader.GetInt64(0), (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));

        await reader.NextResultAsync();
        Dictionary<long, MailboxCounters> counters = [];
        bool lacksRows = false;
        while (await reader.ReadAsync())
        {
            if (!counters.TryGetValue(reader.GetInt64(0), out MailboxCounters? mailbox))
            {
                mailbox = new MailboxCounters(new MailboxKey(reader.GetInt64(0)), reader.GetInt64(1), isGone: reader.GetBoolean(2));
                counters.Add(mailbox.Mailbox.Value, mailbox);
                if (locked.TryGetValue(mailbox.Mailbox.Value, out (long ModSeq, long Used, long NextEmailId) row))
                    mailbox.Lock(row.ModSeq, row.Used, row.NextEmailId);
            }

            FolderId folder = new(reader.GetInt32(4));
            bool hasFolder = !reader.IsDBNull(5);
            lacksRows |= !mailbox.IsGone && (!reader.GetBoolean(3) || (!hasFolder && folder.Role is not null));
            if (hasFolder)
                mailbox.Add(new FolderCounters(folder, reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }

        await reader.NextResultAsync();
        await ReadPoolsAsync(reader, counters);
        Dictionary<long, List<StoredMessage>> committed = uncertain.Length > 0 && await reader.NextResultAsync() ? await ReadCommittedAsync(reader) : [];
        return new Facts(segments, counters, committed, lacksRows);
    }

    /// <summary>The inbox of each mailbox, which mail falls back to, and the other folders that are meant.</summary>
    private static (long Mailbox, int Folder)[] FoldersOf(IReadOnlyList<Delivery> batch, long[] mailboxes) =>
        [
            .. mailboxes.Select(mailbox => (mailbox, FolderId.Inbox.Value)),
            .. batch.SelectMany(delivery => delivery.Targets).Where(target => target.Folder != FolderId.Inbox).Select(target => (target.Mailbox.Value, target.Folder.Value)).Distinct(),
        ];

    private static async Task ReadPoolsAsync(NpgsqlDataReader reader, Dictionary<long, MailboxCounters> counters)
    {
        Dictionary<long, PoolCounters> pools = [];
        while (await reader.ReadAsync())
        {
            if (!pools.TryGetValue(reader.GetInt64(1), out PoolCounters? pool))
                pools.Add(reader.GetInt64(1), pool = new PoolCounters(reader.IsDBNull(2) ? null : reader.GetInt64(2)));
            if (counters.TryGetValue(reader.GetInt64(0), out MailboxCounters? mailbox))
                mailbox.Add(pool);
        }
    }

    private static async Task<Dictionary<long, List<StoredMessage>>> ReadCommittedAsync(NpgsqlDataReader reader)
    {
        Dictionary<long, List<StoredMessage>> committed = [];
        while (await reader.ReadAsync())
        {
            if (!committed.TryGetValue(reader.GetInt64(0), out List<StoredMessage>? messages))
                committed.Add(reader.GetInt64(0), messages = []);
            if (!reader.IsDBNull(1))
                messages.Add(new StoredMessage(new MailboxKey(reader.GetInt64(1)), reader.GetInt64(2), new FolderId(reader.GetInt32(3)), (uint)reader.GetInt64(4)));
        }

        return committed;
    }

    private async Task WriteAsync(NpgsqlConnection connection, DeliveryPlan plan)
    {
        List<Delivery> stored = plan.Stored;
        await using NpgsqlBatch write = new(connection);
        Add(
            write, InsertBlobs,
            Longs(stored.Select(delivery => delivery.Id)),
            Longs(stored.Select(delivery => delivery.SegmentId)),
            Longs(stored.Select(delivery => delivery.Position)),
            Longs(stored.Select(delivery => delivery.SizeBytes)),
            Longs(stored.Select(delivery => delivery.HeaderBytes)));
        WriteAttachments(write, stored);
        if (plan.Rows.Count > 0)
            WriteRows(write, plan);

        // A streamed segment holds this one message: the transaction that first refers to it also closes it.
        long[] streamed = [.. stored.Where(delivery => delivery.Message.Segment is not null).Select(delivery => delivery.SegmentId)];
        if (streamed.Length > 0)
            Add(write, SealStreamed, Longs(streamed));
        await write.PrepareAsync();
        await write.ExecuteNonQueryAsync();
    }

    private void WriteRows(NpgsqlBatch write, DeliveryPlan plan)
    {
        List<DeliveryPlan.Row> rows = plan.Rows;
        MailboxCounters[] touched = [.. plan.Mailboxes.Where(mailbox => mailbox.AddedCount > 0)];
        Add(
            write, InsertMessages,
            Longs(rows.Select(row => row.Target.Mailbox.Value)),
            Longs(rows.Select(row => row.EmailId)),
            Longs(rows.Select(row => row.Delivery.Id)),
            Longs(rows.Select(row => row.Counters.ModSeq)),
            Longs(rows.Select(row => row.Uid)),
            Longs(rows.Select(row => row.SizeBytes)),
            Times(rows.Select(row => (DateTimeOffset?)row.ReceivedAt)),
            NullableLongs(rows.Select(row => row.Delivery.MessageIdHash)),
            Texts(rows.Select(row => row.Target.ReturnPath)),
            Texts(rows.Select(row => row.Target.DeliveredTo)),
            Numbers(rows.Select(row => row.Folder.Value)),
            Numbers(rows.Select(row => (int)row.Target.Flags.Bits)),
            Texts(rows.Select(row => row.Target.Flags.Keywords.IsEmpty ? null : string.Join(' ', row.Target.Flags.Keywords))));
        Add(
            write, CountMailboxes,
            Longs(touched.Select(mailbox => mailbox.Mailbox.Value)),
            Longs(touched.Select(mailbox => mailbox.ModSeq)),
            Numbers(touched.Select(mailbox => mailbox.AddedCount)),
            Longs(touched.Select(mailbox => mailbox.AddedBytes)));
        (MailboxCounters Mailbox, FolderCounters Folder)[] folders =
            [.. touched.SelectMany(mailbox => mailbox.Folders.Where(folder => folder.AddedCount > 0).Select(folder => (mailbox, folder)))];
        Add(
            write, CountFolders,
            Longs(folders.Select(pair => pair.Mailbox.Mailbox.Value)),
            Longs(folders.Select(pair => pair.Mailbox.ModSeq)),
            Numbers(folders.Select(pair => pair.Folder.AddedCount)),
            Longs(folders.Select(pair => pair.Folder.AddedBytes)),
            Numbers(folders.Select(pair => pair.Folder.Folder.Value)),
            Numbers(folders.Select(pair => pair.Folder.AddedSeen)),
            Times(folders.Select(pair => pair.Folder.LastReceivedAt)),
            NullableLongs(folders.Select(pair => pair.Folder.DatedFromUid)));
        MailboxCounters[] pooled = [.. touched.Where(mailbox => mailbox.Pools.Count > 0)];
        if (pooled.Length == 0)
            return;
        Add(
            write, PoolRows.Charge,
            Longs(pooled.Select(mailbox => mailbox.Mailbox.Value)),
            Longs(pooled.Select(mailbox => mailbox.AddedBytes - mailbox.PromisedBytes)),
            Longs(pooled.Select(mailbox => mailbox.PromisedBytes)),
            new NpgsqlParameter<long> { TypedValue = epoch });
    }

    private static void WriteAttachments(NpgsqlBatch write, List<Delivery> stored)
    {
        foreach (IGrouping<IAttachmentWriter, Delivery> written in stored.Where(delivery => delivery.Attachment is not null).GroupBy(delivery => delivery.Attachment!.Writer))
            written.Key.Write(write, [.. written.Select(delivery => new AttachedMessage(
                delivery.Id, delivery.SizeBytes, delivery.ReceivedAt, new CopyPlace(new BlobPlace(delivery.Id, delivery.SegmentId, delivery.Position, delivery.SizeBytes)), delivery.Attachment!))]);
    }

    private static async Task<HashSet<long>> ReadIdsAsync(NpgsqlDataReader reader)
    {
        HashSet<long> ids = [];
        while (await reader.ReadAsync())
            ids.Add(reader.GetInt64(0));
        return ids;
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        NpgsqlBatchCommand command = new(sql);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<long[]> Longs(IEnumerable<long> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<int[]> Numbers(IEnumerable<int> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<long?[]> NullableLongs(IEnumerable<long?> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTimeOffset?[]> Times(IEnumerable<DateTimeOffset?> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) => new() { TypedValue = [.. values] };

    private sealed record Facts(
        HashSet<long> Segments, IReadOnlyDictionary<long, MailboxCounters> Mailboxes, IReadOnlyDictionary<long, List<StoredMessage>> Committed, bool LacksRows);
}
