using Mailfleet.Cell;
using Mailfleet.Cell.Nodes;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Deleting;
using Mailfleet.Store.Delivering;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Listing;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Pools;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Receiving;
using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;
using Mailfleet.Store.Summaries;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store;

/// <summary>
/// The mail of a cell. Promise: when <see cref="DeliverAsync"/> says Stored, bytes and rows survive a power cut; otherwise nothing is stored.
/// </summary>
public sealed partial class MailStore : IAsyncDisposable
{
    private readonly NpgsqlDataSource _cell;
    private readonly StoreOptionsNow _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ISegmentDisk _disk;
    private readonly SegmentRows _segments;
    private readonly IdSource _segmentIds;
    private readonly IdSource _messageIds;
    private readonly SegmentFiles _files;
    private readonly UsageHints _usage;
    private readonly MessageRows _messages;
    private readonly FolderSnapshots _snapshots;
    private readonly Deletion _deletion;
    private readonly BulkDeletion _bulkDeletion;
    private readonly Compaction _compaction;
    private readonly ChangeLog _changes;
    private readonly SummaryMaker _summaries;
    private readonly CommitStage _commitStage;
    private readonly WriteStage _writeStage;
    private readonly CellOutage _outage;
    private readonly SpoolLedger? _spoolLedger;
    private readonly Spool? _spool;
    private readonly SpoolDrain? _drain;
    private readonly PoolKeeper _pools;
    private bool _isDisposed;

    private MailStore(StoreOptions options, ISegmentDisk disk, ISpoolDisk? spoolDisk, NpgsqlDataSource cell, NodeRegistration node, TimeProvider clock, ILoggerFactory loggers)
    {
        _cell = cell;
        _options = new StoreOptionsNow(options);
        _clock = clock;
        _disk = disk;
        _log = loggers.CreateLogger<MailStore>();
        _segments = new SegmentRows(cell, node);
        _segmentIds = new IdSource(node.Epoch);
        _messageIds = new IdSource(node.Epoch);
        _files = new SegmentFiles(disk, options.OpenFiles, clock);
        _usage = new UsageHints(cell, clock);
        _messages = new MessageRows(cell);
        _snapshots = new FolderSnapshots(_messages, options.KeptSnapshotMessages);
        _deletion = new Deletion(cell, node.Epoch);
        Hints = new ChangeHints(cell, node.Epoch, loggers.CreateLogger<ChangeHints>());
        Changes = new ChangeFeed(cell);
        _summaries = new SummaryMaker(cell, OpenCopyAtAsync, loggers.CreateLogger<SummaryMaker>());
        Lists = new MessageLists(cell, _summaries);
        _bulkDeletion = new BulkDeletion(cell, node.Epoch, _usage, Hints, loggers.CreateLogger<BulkDeletion>());
        _compaction = new Compaction(cell, node, disk, _segments, _segmentIds, _files, _options, loggers.CreateLogger<Compaction>());
        _changes = new ChangeLog(cell);
        Folders = new MailboxFolders(cell, _bulkDeletion, Hints, options);
        Messages = new MailboxMessages(cell, node.Epoch, _usage, Hints, (mailbox, emailIds) => DeleteAsync(mailbox, emailIds, CancellationToken.None));
        _pools = new PoolKeeper(cell, node.Epoch, clock, loggers.CreateLogger<PoolKeeper>());
        _outage = new CellOutage(options.Spool?.Patience ?? TimeSpan.Zero, clock);
        if (options.Spool is { } spool && spoolDisk is not null)
        {
            IdSource fileIds = new(node.Epoch);
            _spoolLedger = new SpoolLedger(spool, clock);
            Spool.Load(spoolDisk, _spoolLedger);
            _spool = new Spool(spoolDisk, fileIds, _options, _spoolLedger, loggers.CreateLogger<Spool>());
            _drain = new SpoolDrain(spoolDisk, fileIds, _spoolLedger, _outage, _segments, () => Receive(), Redeliver, spool, clock, loggers.CreateLogger<SpoolDrain>());
        }

        _commitStage = new CommitStage(
            new DeliveryTransaction(cell, node.Epoch, _options), disk, _segments, _usage, Hints, _outage, TrySpool, _options, clock, loggers.CreateLogger<CommitStage>());
        _writeStage = new WriteStage(disk, _segments, _segmentIds, _options, _commitStage.Add, _commitStage.Retire, TrySpool, loggers.CreateLogger<WriteStage>());
    }

    public MailboxFolders Folders { get; }

    public MailboxMessages Messages { get; }

    public MessageLists Lists { get; }

    public ChangeFeed Changes { get; }

    public ChangeHints Hints { get; }

    /// <summary>Seals what an earlier start of this node left open and opens a new segment. The node stays registered until the store is disposed.</summary>
    public static Task<MailStore> OpenAsync(
        StoreOptions options, NpgsqlDataSource cell, NodeRegistration node, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        OpenAsync(
            options, new SegmentDisk(options.SegmentDirectory), options.Spool is { } spool ? new SpoolDisk(spool.Directory) : null, cell, node, clock, loggers, cancellationToken);

    internal static async Task<MailStore> OpenAsync(
        StoreOptions options, ISegmentDisk disk, ISpoolDisk? spoolDisk, NpgsqlDataSource cell, NodeRegistration node, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        MailStore store = new(options, disk, spoolDisk, cell, node, clock, loggers);
        try
        {
            await store._segments.SealEarlierAsync(cancellationToken);
            await store._writeStage.OpenAsync(cancellationToken);
            store._drain?.Start();
            store._pools.Start();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is in force.</summary>
    public StoreOptions Options => _options.Value;

    /// <summary>New options for what begins from now on. Where segments and spool are, and whether there is a spool, is what the start gave.</summary>
    public void Reload(StoreOptions options)
    {
        SpoolOptions? spool = Options.Spool is { } started && options.Spool is { } now ? now with { Directory = started.Directory } : Options.Spool;
        _options.Value = options with { SegmentDirectory = Options.SegmentDirectory, Spool = spool };
        _files.Capacity = options.OpenFiles;
        _snapshots.Capacity = options.KeptSnapshotMessages;
        _outage.Patience = spool?.Patience ?? TimeSpan.Zero;
        if (spool is not null)
            _spoolLedger?.Options = spool;
    }

    /// <summary>What the node's spool holds; null when it has none.</summary>
    public SpoolStatus? Spooled => _spoolLedger?.Read();

    /// <summary>Whether a message of this size would be taken now: by the cell, or by the spool while the cell's database is away. A hint.</summary>
    public bool CanTake(long sizeBytes) => !_outage.IsOn || _spoolLedger is null || _spoolLedger.HasRoomFor(sizeBytes);

    /// <summary>Whether this node may keep mail on its own disk while the database is away, and has room for it.</summary>
    public bool CanSpool => _spoolLedger?.HasRoomFor(1) == true;

    /// <summary>Starts a message. Small ones stay in pooled memory, large ones are streamed to a file of their own.</summary>
    /// <param name="maySpool">While the cell's database is away, this node's own disk may keep it for a while.</param>
    public IncomingMessage Receive(bool maySpool = false) => new(_options.Value.StreamThresholdBytes, maySpool && _spool is not null, token => OpenStreamAsync(maySpool, token), _log);

    /// <summary>
    /// Stores one copy of the message, one row for each target and the rows of the attachment, all or nothing. There may be no target when there is an
    /// attachment. Not cancellable once called. The message must not be written to or disposed before the task has ended.
    /// </summary>
    public Task<DeliveryResult> DeliverAsync(IncomingMessage message, IReadOnlyList<DeliveryTarget> targets, IDeliveryAttachment? attachment = null)
    {
        if (attachment is null)
            ArgumentOutOfRangeException.ThrowIfZero(targets.Count);
        if (message.IsBroken)
            return Task.FromResult(DeliveryResult.Failed);
        Delivery delivery = new(_messageIds.Next(), message, targets, _clock.GetUtcNow(), _clock.GetTimestamp(), attachment);
        Hand(delivery);
        return delivery.Result;
    }

    /// <summary>Whether a message of this size would fit the mailbox's quota now. A hint for RCPT; the commit decides. While the database is away, what was known last.</summary>
    public async ValueTask<bool> HasRoomAsync(MailboxKey mailbox, long quotaBytes, long sizeBytes, CancellationToken cancellationToken)
    {
        if (_spool is null)
            return await _usage.HasRoomAsync(mailbox, quotaBytes, sizeBytes, cancellationToken);
        try
        {
            if (!_outage.IsOn)
                return await _usage.HasRoomAsync(mailbox, quotaBytes, sizeBytes, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            LogNoHint(exception);
            _outage.Note();
        }

        return _usage.HadRoom(mailbox, quotaBytes, sizeBytes);
    }

    /// <summary>A snapshot of the inbox in UID order.</summary>
    public async Task<FolderSnapshot> OpenInboxAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        if (await _snapshots.OpenAsync(mailbox, MailboxRows.InboxId, cancellationToken) is { } inbox)
            return inbox;
        await MailboxRows.EnsureAsync(_cell, [mailbox.Value], cancellationToken);
        return await _snapshots.OpenAsync(mailbox, MailboxRows.InboxId, cancellationToken)
            ?? throw new InvalidOperationException($"Mailbox {mailbox} is not in the cell's directory.");
    }

    /// <summary>Where these messages stand now; those that are gone are missing. Any order.</summary>
    public Task<IReadOnlyList<MessagePlace>> LocateAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, CancellationToken cancellationToken) =>
        _messages.FindAsync(mailbox, [.. emailIds], cancellationToken);

    /// <summary>Opens a message for reading; null when it is gone. Throws <see cref="IOException"/> when its bytes are damaged.</summary>
    public async Task<MessageReader?> OpenMessageAsync(MailboxKey mailbox, long emailId, CancellationToken cancellationToken) =>
        await _messages.FindAsync(mailbox, [emailId], cancellationToken) is [MessagePlace place] ? await OpenMessageAsync(mailbox, place, cancellationToken) : null;

    /// <summary>Opens a message where it stood when it was located, or where it stands now when it has moved since.</summary>
    public async Task<MessageReader?> OpenMessageAsync(MailboxKey mailbox, MessagePlace place, CancellationToken cancellationToken)
    {
        try
        {
            return Open(place);
        }
        catch (IOException exception)
        {
            // Once more with the row read and the file opened again: the record may have moved, or the handle may be stale.
            LogDamaged(LogLevel.Warning, exception, place.Blob.BlobId, place.Blob.SegmentId);
            _files.Forget(place.Blob.SegmentId);
        }

        if (await _messages.FindAsync(mailbox, [place.EmailId], cancellationToken) is not [MessagePlace now])
            return null;
        try
        {
            return Open(now);
        }
        catch (IOException exception)
        {
            LogDamaged(LogLevel.Critical, exception, now.Blob.BlobId, now.Blob.SegmentId);
            _files.Forget(now.Blob.SegmentId);
            throw;
        }
    }

    /// <summary>
    /// Opens the stored copy of a message as it came, without a mailbox's own header lines; null when it is gone. Throws <see cref="IOException"/> when its
    /// bytes are damaged. The queue reads what it sends by this.
    /// </summary>
    public async Task<MessageReader?> OpenCopyAsync(long messageId, CancellationToken cancellationToken)
    {
        for (bool isRetry = false; await _messages.FindCopyAsync(messageId, cancellationToken) is { } place; isRetry = true)
        {
            try
            {
                return new MessageReader(BlobContent.Open(place, _files, _options.Value.WholeReadBytes), place.SizeBytes);
            }
            catch (IOException exception)
            {
                // As above: once more with row and file looked up again.
                LogDamaged(isRetry ? LogLevel.Critical : LogLevel.Warning, exception, place.BlobId, place.SegmentId);
                _files.Forget(place.SegmentId);
                if (isRetry)
                    throw;
            }
        }

        return null;
    }

    /// <summary>The same, with no question to the database while the copy is where it was put.</summary>
    public Task<MessageReader?> OpenCopyAsync(CopyPlace place, CancellationToken cancellationToken) => OpenCopyAtAsync(place.Blob, cancellationToken);

    /// <summary>
    /// Deletes messages of a mailbox, all or none; those already gone are skipped. However many they are, readers no longer see them when this returns,
    /// and deliveries do not wait for it; counters and used bytes of a large delete follow within moments.
    /// </summary>
    public Task DeleteAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, CancellationToken cancellationToken) =>
        DeleteAsync(mailbox, emailIds, onlyIn: null, cancellationToken);

    /// <summary>The same.</summary>
    /// <param name="onlyIn">Spares messages that are no longer in this folder: what a POP3 session marked may have been moved to safety since.</param>
    public async Task DeleteAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, FolderId? onlyIn, CancellationToken cancellationToken)
    {
        if (emailIds.Count > BulkDeletion.ChunkMessages)
            await _bulkDeletion.DecideAsync(mailbox, [.. emailIds], onlyIn, cancellationToken);
        else if (emailIds.Count > 0 && await _deletion.ExecuteAsync(mailbox, [.. emailIds], onlyIn, cancellationToken) is { } usedBytes)
        {
            _usage.Set(mailbox, usedBytes);
            Hints.Announce(mailbox);
        }
    }

    /// <summary>Finishes large deletes that a crash or a fault interrupted. The host calls it now and then; twice at once is harmless.</summary>
    public Task FinishDeletionsAsync(CancellationToken cancellationToken) => _bulkDeletion.FinishAsync(cancellationToken);

    /// <summary>
    /// One pass that gives disk space of deleted mail back; at most one runs in a cell, a second call then does nothing. The host calls it now and
    /// then (hourly is plenty). Cancelling stops between batches and leaves nothing half done.
    /// </summary>
    public Task<CompactionResult> CompactAsync(CompactionOptions options, CancellationToken cancellationToken) => _compaction.RunAsync(options, cancellationToken);

    /// <summary>Forgets changes and tombstones older than this; clients that were away longer read everything anew. Returns how many went.</summary>
    public Task<long> PruneChangesAsync(TimeSpan keep, CancellationToken cancellationToken) => _changes.PruneAsync(keep, cancellationToken);

    /// <summary>Ends what is under way, then seals the segment.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _pools.DisposeAsync();
        if (_drain is not null)
            await _drain.DisposeAsync();
        await _bulkDeletion.DisposeAsync();
        await _writeStage.DisposeAsync();
        await _commitStage.DisposeAsync();
        if (_spool is not null)
            await _spool.DisposeAsync();    // last: both stages may hand over to it until they have ended
        await Hints.DisposeAsync();
        _summaries.Dispose();
        _files.Dispose();
    }

    private async Task<MessageReader?> OpenCopyAtAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        try
        {
            return new MessageReader(BlobContent.Open(place, _files, _options.Value.WholeReadBytes), place.SizeBytes);
        }
        catch (IOException)
        {
            // Most likely moved by compaction since it was looked up; if it is damaged, the next look says so.
            _files.Forget(place.SegmentId);
        }

        return await OpenCopyAsync(place.BlobId, cancellationToken);
    }

    private MessageReader Open(MessagePlace place) =>
        new(place.ReturnPath, place.DeliveredTo, BlobContent.Open(place.Blob, _files, _options.Value.WholeReadBytes), place.Blob.SizeBytes);

    private void Hand(Delivery delivery)
    {
        StoreMetrics.Handed();
        if (delivery.Message.Stream is StreamedSpoolFile && !Spool.Keeps(delivery))
            delivery.Complete(DeliveryResult.Failed);
        else if (delivery.Message.Stream is not null)
            _ = Task.Run(() => FinishStreamAsync(delivery));
        else if (!_outage.IsLong || !TrySpool(delivery))
            _writeStage.Add(delivery);
    }

    private bool TrySpool(Delivery delivery)
    {
        if (_spool is null || !delivery.Message.MaySpool || !Spool.Keeps(delivery))
            return false;
        _outage.Note();
        _spool.Add(delivery);
        return true;
    }

    /// <summary>From the spool: under the id it was promised with. It may be there already, by an unclear commit or an earlier round.</summary>
    private Delivery Redeliver(IncomingMessage message, SpoolEntry entry, IReadOnlyList<DeliveryTarget> targets)
    {
        Delivery delivery = new(entry.Header.MessageId, message, targets, entry.ReceivedAt, _clock.GetTimestamp()) { IsPromised = true };
        if (message.IsBroken)
            delivery.Complete(DeliveryResult.Failed);
        else
            Hand(delivery);
        return delivery;
    }

    private async Task<StreamedRecord> OpenStreamAsync(bool maySpool, CancellationToken cancellationToken)
    {
        if (_spool is null || !maySpool)
            return await StreamedSegment.OpenAsync(_segmentIds.Next(), _disk, _segments, cancellationToken);
        try
        {
            if (!_outage.IsLong)
                return await StreamedSegment.OpenAsync(_segmentIds.Next(), _disk, _segments, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            LogNoSegment(exception);
            _outage.Note();
        }

        return _spool.OpenStreamed();
    }

    /// <summary>A large message has its own file and its own sync: it goes straight to the second stage, and small mail does not wait for it.</summary>
    private async Task FinishStreamAsync(Delivery delivery)
    {
        try
        {
            if (!await delivery.Message.TryFlushAsync(CancellationToken.None))
            {
                delivery.Complete(DeliveryResult.Failed);
                return;
            }

            long start = _clock.GetTimestamp();
            if (delivery.Message.Stream is StreamedSpoolFile spooled)
                spooled.Finish(delivery);
            else
                delivery.Message.Segment!.Finish(delivery);
            StoreMetrics.Synced(1, _clock.GetElapsedTime(start));
        }
        catch (Exception exception)
        {
            LogStreamFailed(exception);
            StoreMetrics.SyncFailed();
            delivery.Complete(DeliveryResult.Failed);
            return;
        }

        if (delivery.Message.Segment is null)
            delivery.Complete(DeliveryResult.Spooled);
        else
            _commitStage.Add([delivery]);
    }

    [LoggerMessage(Message = "Message {Message} could not be read from segment {Segment}.")]
    private partial void LogDamaged(LogLevel level, Exception exception, long message, long segment);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A large message could not be made durable in its own file; it is refused.")]
    private partial void LogStreamFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database gives no segment for a large message; it goes to the spool.")]
    private partial void LogNoSegment(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not tell what room a mailbox has; what was known last counts.")]
    private partial void LogNoHint(Exception exception);
}
