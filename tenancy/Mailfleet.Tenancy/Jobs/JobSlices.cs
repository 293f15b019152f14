using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Import;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>
/// Runs jobs a slice at a time. What has been done stands beside it in one transaction, so a slice may be stopped, repeated or run by another process at
/// any point; two slices of one job never run at once.
/// </summary>
public sealed class JobSlices
{
    private const int PageSize = 4000; // rows of one customer stand far apart in a file; the more are read, the more of them share a transaction
    private static readonly TimeSpan MaxSlice = TimeSpan.FromSeconds(60);

    private readonly ImportJobTable _table;
    private readonly JobActors _actors;
    private readonly ImportRows _rows;
    private readonly TimeProvider _clock;

    internal JobSlices(ImportJobTable table, JobActors actors, ImportRows rows, TimeProvider clock) => (_table, _actors, _rows, _clock) = (table, actors, rows, clock);

    /// <summary>Jobs that somebody should run.</summary>
    public Task<IReadOnlyList<JobId>> FindRunningAsync(CancellationToken cancellationToken) => _table.FindRunningAsync(cancellationToken);

    /// <summary>True when there is more to do; false when it is finished, stopped, or in other hands.</summary>
    public async Task<bool> RunAsync(JobId id, CancellationToken cancellationToken)
    {
        await using JobLock? mine = await _table.TryLockAsync(id, cancellationToken);
        if (mine is null)
            return false;

        long start = _clock.GetTimestamp();
        while (_clock.GetElapsedTime(start) < MaxSlice)
        {
            if (await _table.FindAsync(id, cancellationToken) is not { State: JobState.Running } job)
                return false;
            if (await _actors.FindAsync(job, cancellationToken) is not { } actor)
            {
                await _table.FinishAsync(id, JobState.Failed, "Whoever made this job may not do this any longer.", _clock.GetUtcNow(), cancellationToken);
                return false;
            }

            IReadOnlyList<WaitingRow> page = await _table.ReadWaitingAsync(id, PageSize, cancellationToken);
            if (page.Count == 0)
            {
                await _table.FinishAsync(id, JobState.Done, null, _clock.GetUtcNow(), cancellationToken);
                return false;
            }

            await _rows.RunAsync(job, page, actor, cancellationToken);
        }

        return true;
    }
}
