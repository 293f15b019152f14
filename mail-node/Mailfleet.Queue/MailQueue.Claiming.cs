using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Queue;

public sealed partial class MailQueue
{
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StrayInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    /// <summary>Looks for waiting rows until cancelled: at each hint, and each second without one. A fault is logged once and tried again.</summary>
    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        Every takeOver = new(TakeOverInterval, _clock);
        Every strays = new(StrayInterval, _clock);
        Every prune = new(PruneInterval, _clock);
        bool isLost = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            bool isFull = false;
            try
            {
                if (_lease.Lapses != _knownLapses)
                    await RecoverAsync(cancellationToken);
                if (takeOver.IsDue() && await _claims.TakeOverAsync(cancellationToken) is > 0 and int taken)
                {
                    QueueMetrics.HasTakenOver(taken);
                    LogTakenOver(taken);
                }

                if (_hint.TakeChanged())
                    await DropTakenAsync(cancellationToken);
                isFull = await ClaimOnceAsync(cancellationToken);
                if (strays.IsDue())
                    await ReleaseStraysAsync(cancellationToken);
                if (prune.IsDue())
                    await _trace.PruneAsync(_options.TraceLifetime, cancellationToken);
                isLost = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
            {
                if (!isLost)
                    LogFault(fault);
                isLost = true;
            }

            Pump();                                     // the lease may be held again, or the database back
            if (!isFull)
                await _hint.WaitAsync(_options.SweepInterval, _clock, cancellationToken);
        }
    }

    /// <summary>True when there may be more to claim at once.</summary>
    private async Task<bool> ClaimOnceAsync(CancellationToken cancellationToken)
    {
        int room;
        lock (_gate)
        {
            room = _options.HeldRecipients - _held.Count;
            _schedule.Sweep();
            QueueMetrics.Holds(_held.Count, _schedule.SitesDown);
        }

        if (room <= 0 || _outcomes.IsBehind || !_lease.IsHeld)
            return false;
        int most = Math.Min(room, _options.ClaimRecipients);
        List<QueueEntry> claimed = await _claims.ClaimAsync(_options.ClaimRecipientsPerTenant, most, cancellationToken);
        Hold(claimed);
        return claimed.Count >= Math.Min(most, _options.ClaimRecipientsPerTenant);
    }

    /// <summary>
    /// After a lapse others may have taken, tried and ended anything that was held here. Everything is dropped; when what was under way has ended, whose outcomes
    /// find no row that changed hands, the rows that are still this start's go back into the open, and work begins anew.
    /// </summary>
    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        int lapses = _lease.Lapses;
        LogLapsed(_lease.Node.Epoch);
        QueueMetrics.Lapsed();
        Task idle;
        lock (_gate)
        {
            _schedule.Clear();
            idle = WhenIdle();
        }

        await idle.WaitAsync(cancellationToken);
        await _outcomes.DrainAsync(cancellationToken);
        await _claims.ReleaseAllAsync(cancellationToken);
        lock (_gate)
        {
            _held.Clear();
            _idle = null;
            Volatile.Write(ref _knownLapses, lapses);
        }
    }

    /// <summary>An operator has taken rows: what waits here and carries this epoch no longer must not be sent.</summary>
    private async Task DropTakenAsync(CancellationToken cancellationToken)
    {
        RecipientKey[] before;
        lock (_gate)
            before = [.. _held];
        if (before.Length == 0)
            return;
        HashSet<RecipientKey> own = await _claims.ListOwnAsync(cancellationToken);
        lock (_gate)
        {
            IReadOnlyCollection<RecipientKey> dropped = _schedule.Remove(before.Where(key => !own.Contains(key)).ToHashSet());
            _held.ExceptWith(dropped);
        }
    }

    /// <summary>
    /// Rows of this epoch that nobody here holds: a commit that was given up and happened all the same. Seen twice, a minute apart, they are free for anybody.
    /// </summary>
    private async Task ReleaseStraysAsync(CancellationToken cancellationToken)
    {
        HashSet<RecipientKey> own = await _claims.ListOwnAsync(cancellationToken);
        lock (_gate)
            own.ExceptWith(_held);
        RecipientKey[] strays = [.. own.Where(_suspects.Contains)];
        if (strays.Length > 0)
        {
            LogStrays(strays.Length);
            await _claims.ReleaseAsync(strays, cancellationToken);
        }

        _suspects = own;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} recipients were taken over from nodes that are gone.")]
    private partial void LogTakenOver(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "This node's lease (epoch {Epoch}) ran out before it was renewed; what it held is dropped, others may have it.")]
    private partial void LogLapsed(long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} recipients carried this node's epoch without being held; they are free again.")]
    private partial void LogStrays(int count);

    private sealed class Every(TimeSpan interval, TimeProvider clock)
    {
        private long? _last;

        public bool IsDue()
        {
            if (_last is { } last && clock.GetElapsedTime(last) < interval)
                return false;
            _last = clock.GetTimestamp();
            return true;
        }
    }
}
