using System.Collections.Concurrent;
using System.Diagnostics;
using Mailfleet.Store.Segments;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// Stage 1 of the group commit. Everything that waits goes out in one gathered write and one sync; there is no timer, the sync in flight is
/// the batching window. A delivery is handed on only after its sync has returned. A failed write or sync is never retried on the same file,
/// because the kernel drops the dirty pages and the next sync would lie: the batch fails, the segment is sealed, the next batch opens a new one.
/// </summary>
internal sealed partial class WriteStage : IAsyncDisposable
{
    private readonly ISegmentDisk _disk;
    private readonly SegmentRows _rows;
    private readonly IdSource _segmentIds;
    private readonly StoreOptionsNow _options;
    private readonly Action<IReadOnlyList<Delivery>> _next;
    private readonly Action<AppendedSegment> _retired;
    private readonly Func<Delivery, bool> _trySpool;
    private readonly ILogger _log;
    private readonly BlockingCollection<Delivery> _waiting = [];
    private Task _loop = Task.CompletedTask;
    private AppendedSegment? _segment;
    private byte[] _frames = new byte[64 << 10];

    /// <param name="next">Takes deliveries whose bytes are durable; must not block.</param>
    /// <param name="retired">Takes a segment that nothing will be written to and no delivery waits in: it may be sealed. Must not block.</param>
    /// <param name="trySpool">Takes over a delivery that cannot be written because the database gives no segment; false when it may not.</param>
    public WriteStage(
        ISegmentDisk disk, SegmentRows rows, IdSource segmentIds, StoreOptionsNow options, Action<IReadOnlyList<Delivery>> next, Action<AppendedSegment> retired, Func<Delivery, bool> trySpool, ILogger log)
    {
        _disk = disk;
        _rows = rows;
        _segmentIds = segmentIds;
        _options = options;
        _next = next;
        _retired = retired;
        _trySpool = trySpool;
        _log = log;
    }

    /// <summary>Opens the first segment, so that a directory or database that does not work is known at start.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await OpenSegmentAsync(cancellationToken);

        // A thread of its own: it spends its life in sync, and the pool has as few threads as the machine has cores.
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Add(Delivery delivery)
    {
        try
        {
            _waiting.Add(delivery);
        }
        catch (InvalidOperationException)
        {
            // The store is closing: the sender tries another node.
            delivery.Complete(DeliveryResult.Failed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.CompleteAdding();
        await _loop;
        _waiting.Dispose();
        CloseSegment();
    }

    private void Run()
    {
        List<Delivery> batch = [];
        while (_waiting.TryTake(out Delivery? first, Timeout.Infinite))
        {
            long bytes = first.RecordLength;
            batch.Add(first);
            while (bytes < _options.Value.WriteBatchBytes && _waiting.TryTake(out Delivery? more))
            {
                bytes += more.RecordLength;
                batch.Add(more);
            }

            try
            {
                long start = Stopwatch.GetTimestamp();
                WriteAndSync(batch);
                StoreMetrics.Synced(batch.Count, Stopwatch.GetElapsedTime(start));
                _next(batch);
                batch = [];
            }
            catch (NpgsqlException exception)
            {
                // No segment could be opened: nothing was written.
                LogNoSegment(exception, batch.Count);
                foreach (Delivery delivery in batch.Where(delivery => !_trySpool(delivery)))
                    delivery.Complete(DeliveryResult.Failed);
                batch.Clear();
                CloseSegment();
            }
            catch (Exception exception)
            {
                LogWriteFailed(exception, _segment?.Id, batch.Count);
                StoreMetrics.SyncFailed();
                foreach (Delivery delivery in batch)
                    delivery.Complete(DeliveryResult.Failed);
                batch.Clear();
                CloseSegment();
            }
        }
    }

    private void WriteAndSync(List<Delivery> batch)
    {
        if (_segment is null or { IsFenced: true } || _segment.Length >= _options.Value.SegmentBytes)
        {
            CloseSegment();

            // This thread belongs to the stage, and nothing can be written before the row is there: waiting here is the point.
            OpenSegmentAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        int framesLength = batch.Sum(delivery => RecordHeader.Length + delivery.MailboxIdsLength);
        if (_frames.Length < framesLength)
            _frames = new byte[framesLength];
        Memory<byte> frames = _frames;
        List<ReadOnlyMemory<byte>> pieces = new(batch.Count * 4);
        AppendedSegment segment = _segment!;
        long position = segment.Length;
        foreach (Delivery delivery in batch)
        {
            Memory<byte> head = frames[..RecordHeader.Length];
            Memory<byte> mailboxes = frames.Slice(RecordHeader.Length, delivery.MailboxIdsLength);
            frames = frames[(head.Length + mailboxes.Length)..];
            delivery.WriteFrame(head.Span, mailboxes.Span);
            pieces.Add(head);
            pieces.AddRange(delivery.Message.Pieces);
            pieces.Add(mailboxes);
            delivery.PlaceIn(segment, position);
            position += delivery.RecordLength;
        }

        segment.Append(pieces, position);
    }

    private async Task OpenSegmentAsync(CancellationToken cancellationToken)
    {
        long id = _segmentIds.Next();
        await _rows.AddAsync(id, cancellationToken);
        _segment = new AppendedSegment(id, _disk.Create(id), _retired);
        StoreMetrics.SharedSegmentOpened();
        try
        {
            _disk.SyncNames();
        }
        catch
        {
            CloseSegment();
            throw;
        }
    }

    private void CloseSegment()
    {
        _segment?.Close();
        _segment = null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database gives no segment for {Count} messages; they are spooled where they may be, else refused.")]
    private partial void LogNoSegment(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Writing {Count} messages to segment {Segment} failed; they are refused and the segment is sealed.")]
    private partial void LogWriteFailed(Exception exception, long? segment, int count);
}
