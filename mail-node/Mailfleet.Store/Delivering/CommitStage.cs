using System.Collections.Concurrent;
using System.Threading.Channels;
using Mailfleet.Store.Segments;
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
    private readonly SegmentRows _segments;
    private readonly UsageHints _usage;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<Delivery> _waiting = Channel.CreateUnbounded<Delivery>(new() { SingleReader = true });
    private readonly ConcurrentQueue<long> _toSeal = [];
    private readonly Task _loop;
    private List<Delivery> _setAside = [];
    private bool _hasWaited;

    public CommitStage(DeliveryTransaction transaction, SegmentRows segments, UsageHints usage, StoreOptions options, TimeProvider clock, ILogger log)
    {
        _transaction = transaction;
        _segments = segments;
        _usage = usage;
        _options = options;
        _clock = clock;
        _log = log;
        _loop = Task.Run(RunAsync);
    }

    public void Add(IReadOnlyList<Delivery> durable)
    {
        foreach (Delivery delivery in durable)
            _waiting.Writer.TryWrite(delivery);
    }

    /// <summary>Seals the segment soon; see <see cref="AppendedSegment"/>.</summary>
    public void SealSoon(long segment) => _toSeal.Enqueue(segment);

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
            int rows = batch.Sum(delivery => delivery.Targets.Count);
            while (_waiting.Reader.TryPeek(out Delivery? next) && (batch.Count == 0 || rows + next.Targets.Count <= _options.CommitBatchRows))
            {
                rows += next.Targets.Count;
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
            Answer(await _transaction.ExecuteAsync(batch, waitForLocks));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            SetAside(batch);
        }
        catch (PostgresException exception) when (IsCausedByData(exception))
        {
            if (batch.Count == 1)
            {
                LogRefusedByDatabase(exception, batch[0].Id);
                batch[0].Complete(DeliveryResult.Failed);
                return;
            }

            await CommitAsync([.. batch.Take(batch.Count / 2)], waitForLocks);
            await CommitAsync([.. batch.Skip(batch.Count / 2)], waitForLocks);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            LogDatabaseAway(exception, batch.Count);
            SetAside(batch);
            await Task.Delay(RetryDelay, _clock);
        }
        catch (Exception exception)
        {
            LogCommitFailed(exception, batch.Count);
            foreach (Delivery delivery in batch)
                delivery.Complete(DeliveryResult.Failed);
        }
    }

    private void Answer(DeliveryPlan plan)
    {
        foreach (Delivery delivery in plan.Stored)
            delivery.Complete(DeliveryResult.Stored);
        foreach ((Delivery delivery, DeliveryStatus status, IReadOnlyList<Cell.MailboxKey> mailboxes) in plan.Refused)
        {
            if (status == DeliveryStatus.Failed)
                LogFenced(delivery.SegmentId, delivery.Id);
            delivery.Refuse(status, mailboxes);
        }

        foreach (MailboxCounters mailbox in plan.Mailboxes)
            _usage.Set(mailbox.Mailbox, mailbox.UsedBytes);
        SetAside(plan.Busy);
    }

    private void SetAside(List<Delivery> batch)
    {
        foreach (Delivery delivery in batch)
        {
            if (_clock.GetElapsedTime(delivery.StartedAt) < _options.CommitTimeout)
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
        while (_toSeal.TryDequeue(out long segment))
        {
            try
            {
                await _segments.SealAsync(segment, CancellationToken.None);
            }
            catch (NpgsqlException exception)
            {
                // Nobody appends to it any more; the next start of the node seals it.
                LogSealFailed(exception, segment);
            }
        }
    }

    // PostgreSQL, appendix A: class 22 data exception, 23 integrity constraint violation, 54 program limit exceeded.
    private static bool IsCausedByData(PostgresException exception) => exception.SqlState[..2] is "22" or "23" or "54";

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refuses message {Message} for its data; the message is refused.")]
    private partial void LogRefusedByDatabase(Exception exception, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not commit {Count} messages; they wait.")]
    private partial void LogDatabaseAway(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Committing {Count} messages failed; they are refused.")]
    private partial void LogCommitFailed(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} could not be committed in time; it is refused.")]
    private partial void LogGivenUp(long message);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Segment {Segment} no longer belongs to this start of the node; message {Message} is refused.")]
    private partial void LogFenced(long segment, long message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segment {Segment} could not be sealed now.")]
    private partial void LogSealFailed(Exception exception, long segment);
}
