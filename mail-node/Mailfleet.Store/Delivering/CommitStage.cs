using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Pools;
using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// Stage 2 of the group commit: the rows of deliveries whose bytes are durable, one transaction for all that wait. Guarantees each delivery one
/// outcome: Stored only after its commit; a refusal only when nothing was stored. Messages to a busy mailbox are set aside for the next
/// transaction; when the database is away all wait, up to the commit timeout; a batch that fails on its data is halved until the offender is alone.
/// </summary>
internal sealed partial class CommitStage : IAsyncDisposable
{
    // Long enough not to hammer a server that fails over, short enough that nobody notices a restart of it.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly DeliveryTransaction _transaction;
    private readonly ISegmentDisk _disk;
    private readonly SegmentRows _segments;
    private readonly UsageHints _usage;
    private readonly CellOutage _outage;
    private readonly Func<Delivery, bool> _trySpool;
    private readonly ChangeHints _hints;
    private readonly StoreOptionsNow _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<Delivery> _waiting = Channel.CreateUnbounded<Delivery>(new() { SingleReader = true });
    private readonly ConcurrentQueue<AppendedSegment> _retired = [];
    private readonly Task _loop;
    private List<Delivery> _setAside = [];
    private bool _hasWaited;
    private bool _isDatabaseAway;

    /// <param name="trySpool">Takes over a delivery for which the database has been away too long; false when it may not.</param>
    public CommitStage(
        DeliveryTransaction transaction, ISegmentDisk disk, SegmentRows segments, UsageHints usage, ChangeHints hints, CellOutage outage, Func<Delivery, bool> trySpool, StoreOptionsNow options, TimeProvider clock, ILogger log)
    {
        _transaction = transaction;
        _disk = disk;
        _segments = segments;
        _usage = usage;
        _hints = hints;
        _outage = outage;
        _trySpool = trySpool;
        _options = options;
        _clock = clock;
        _log = log;
        _loop = Task.Run(RunAsync);
    }

    public void Add(IReadOnlyList<Delivery> durable)
    {
        foreach (Delivery delivery in durable)
        {
            if (!_waiting.Writer.TryWrite(delivery))
                delivery.Complete(DeliveryResult.Failed);
        }
    }

    /// <summary>Takes a segment that may be sealed; see <see cref="AppendedSegment"/>.</summary>
    public void Retire(AppendedSegment segment) => _retired.Enqueue(segment);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _loop;
        await SealRetiredAsync();
    }

    private async Task RunAsync()
    {
        while (_setAside.Count > 0 || await _waiting.Reader.WaitToReadAsync())
        {
            List<Delivery> batch = _setAside;
            _setAside = [];

            // With nothing else to do, wait for the holders of what was passed over; every other time pass over again, so that one long
            // holder does not keep back mailboxes that have come free.
            bool waitForLocks = batch.Count > 0 && !_waiting.Reader.TryPeek(out _) && !_hasWaited;
            _hasWaited = waitForLocks;
            int rows = batch.Sum(delivery => delivery.RowCount);
            while (_waiting.Reader.TryPeek(out Delivery? next) && (batch.Count == 0 || rows + next.RowCount <= _options.Value.CommitBatchRows))
            {
                rows += next.RowCount;
                batch.Add(next);
                _waiting.Reader.TryRead(out _);
            }

            await CommitAsync(batch, waitForLocks);
            await SealRetiredAsync();
        }
    }

    private async Task CommitAsync(List<Delivery> batch, bool waitForLocks)
    {
        try
        {
            Answer(await ExecuteAsync(batch, waitForLocks));
            if (_isDatabaseAway)
                LogDatabaseBack();
            _isDatabaseAway = false;
            _outage.End();
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PoolRows.NoRoom)
        {
            // Room of a pool that was there at the decision and has gone since: the next round decides anew.
            SetAside(batch);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation && exception.TableName == "blob" && batch.Any(delivery => delivery.MayBeCommitted || delivery.IsPromised))
        {
            // A commit whose outcome was unclear was still under way, because a message without mailboxes has no lock to wait for it with. It has ended now.
            SetAside(batch);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException && !IsCausedByData(exception))
        {
            // Once an outage, not once a try.
            if (!_isDatabaseAway)
                LogDatabaseAway(exception, batch.Count);
            _isDatabaseAway = true;
            _outage.Note();
            SetAside([.. batch.Where(delivery => !_outage.IsLong || !_trySpool(delivery))]);
            await Task.Delay(RetryDelay, _clock);
        }
        catch (Exception exception) when (batch.Count == 1)
        {
            LogRefused(exception, batch[0].Id);
            batch[0].IsPoison = true;
            batch[0].Complete(DeliveryResult.Failed);
        }
        catch (Exception exception)
        {
            LogHalving(exception, batch.Count);
            await CommitAsync([.. batch.Take(batch.Count / 2)], waitForLocks);
            await CommitAsync([.. batch.Skip(batch.Count / 2)], waitForLocks);
        }
    }

    private async Task<DeliveryPlan> ExecuteAsync(List<Delivery> batch, bool waitForLocks)
    {
        using Activity? span = StoreMetrics.StartCommit(batch.Count);
        long start = _clock.GetTimestamp();
        bool isDone = false;
        try
        {
            DeliveryPlan plan = await _transaction.ExecuteAsync(batch, waitForLocks);
            isDone = true;
            return plan;
        }
        finally
        {
            StoreMetrics.Committed(batch.Count, _clock.GetElapsedTime(start), isDone);
        }
    }

    private void Answer(DeliveryPlan plan)
    {
        // Before any sender hears of it: its next RCPT is to see what this commit has used up.
        foreach (MailboxCounters mailbox in plan.Mailboxes)
            _usage.Set(mailbox.Mailbox, mailbox.UsedBytes, mailbox.PoolRoom);
        _hints.Announce(plan.Mailboxes.Where(mailbox => mailbox.AddedCount > 0).Select(mailbox => mailbox.Mailbox));

        foreach (Delivery delivery in plan.Stored)
            delivery.Complete(DeliveryResult.Stored(delivery.Messages));
        foreach ((Delivery delivery, DeliveryStatus status, IReadOnlyList<Cell.MailboxKey> mailboxes) in plan.Refused)
        {
            if (status == DeliveryStatus.Failed)
            {
                LogFenced(delivery.SegmentId, delivery.Id);
                delivery.FenceSegment();
            }

            delivery.Refuse(status, mailboxes);
        }

        SetAside(plan.Busy);
    }

    private void SetAside(List<Delivery> batch)
    {
        foreach (Delivery delivery in batch)
        {
            if (_clock.GetElapsedTime(delivery.StartedAt) < _options.Value.CommitTimeout)
            {
                _setAside.Add(delivery);
                continue;
            }

            LogGivenUp(delivery.Id);
            delivery.Complete(DeliveryResult.Failed);
        }
    }

    private async Task SealRetiredAsync()
    {
        while (_retired.TryDequeue(out AppendedSegment? segment))
        {
            try
            {
                // One that never took a record goes at once: on a full disk every batch opens and loses one.
                if (segment.Length > 0)
                    await _segments.SealAsync(segment.Id, CancellationToken.None);
                else if (await _segments.RemoveAsync(segment.Id, CancellationToken.None))
                    _disk.Delete(segment.Id);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or UnauthorizedAccessException)
            {
                // Nobody appends to it any more; the next start of the node seals it.
                LogSealFailed(exception, segment.Id);
            }
        }
    }

    // PostgreSQL, appendix A: class 22 data exception, 23 integrity constraint violation, 54 program limit exceeded.
    private static bool IsCausedByData(Exception exception) => exception is PostgresException { SqlState: var state } && state[..2] is "22" or "23" or "54";

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} cannot be committed; it is refused.")]
    private partial void LogRefused(Exception exception, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} messages cannot be committed; it is halved to find the offender.")]
    private partial void LogHalving(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not commit {Count} messages; they wait.")]
    private partial void LogDatabaseAway(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database commits again.")]
    private partial void LogDatabaseBack();

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} could not be committed in time; it is refused.")]
    private partial void LogGivenUp(long message);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Segment {Segment} no longer belongs to this start of the node; message {Message} is refused.")]
    private partial void LogFenced(long segment, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segment {Segment} could not be sealed now.")]
    private partial void LogSealFailed(Exception exception, long segment);
}
