using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.RecurringJobs;

/// <summary>
/// Runs jobs in slices and remembers after each where it stands, so that whoever is killed, or has had its minute, is followed by the next from there.
/// One process at a time works on a job; another that comes meanwhile leaves it to the first.
/// </summary>
public sealed partial class JobRunner
{
    /// <summary>A worker is free for something else after this long.</summary>
    public static readonly TimeSpan MaxTurn = TimeSpan.FromSeconds(60);

    private readonly RecurringJobTable _table;
    private readonly TimeProvider _clock;
    private readonly ILogger<JobRunner> _logger;
    private readonly Dictionary<string, IJob> _jobs;

    internal JobRunner(IEnumerable<IJob> jobs, RecurringJobTable table, TimeProvider clock, ILogger<JobRunner> logger) =>
        (_jobs, _table, _clock, _logger) = (jobs.ToDictionary(job => job.Name), table, clock, logger);

    /// <summary>Every job there is.</summary>
    public IReadOnlyCollection<IJob> Jobs => _jobs.Values;

    public Task<IReadOnlyList<JobStatus>> ReadStatusAsync(CancellationToken cancellationToken) => _table.ReadAllAsync(cancellationToken);

    /// <summary>Goes on with the run under way, or begins one. False when there is more to do after this turn.</summary>
    /// <exception cref="ArgumentException">There is no such job.</exception>
    public Task<bool> RunAsync(string name, CancellationToken cancellationToken) => RunAsync(name, clockChange: null, cancellationToken);

    /// <summary>Runs a job once for a change of business time, whoever else hears of it.</summary>
    internal Task<bool> RunForClockAsync(string name, long clockChange, CancellationToken cancellationToken) => RunAsync(name, clockChange, cancellationToken);

    private async Task<bool> RunAsync(string name, long? clockChange, CancellationToken cancellationToken)
    {
        IJob job = _jobs.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no job {name}; a newer release may have taken it out.", nameof(name));
        long since = _clock.GetTimestamp();
        await using JobHold? hold = await _table.TryHoldAsync(name, cancellationToken);
        if (hold is null)
            return clockChange is null; // it is being done; for a change of time it has to be looked at again
        if (clockChange is { } change && hold.ClockChanges >= change)
            return true;

        string? cursor = hold.Cursor;
        if (cursor is null || clockChange is not null)
        {
            cursor = null;
            await hold.BeginAsync(_clock.GetUtcNow(), clockChange ?? hold.ClockChanges, cancellationToken);
        }

        try
        {
            do
            {
                JobSlice slice = await job.RunSliceAsync(cursor, cancellationToken);
                cursor = slice.Cursor;
                await hold.AdvanceAsync(cursor, slice.Done, _clock.GetUtcNow(), CancellationToken.None);
            }
            while (cursor is not null && _clock.GetElapsedTime(since) < MaxTurn && !cancellationToken.IsCancellationRequested);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFailed(fault, name);
            await hold.FailAsync($"{fault.GetType().Name}: {fault.Message}", CancellationToken.None);
            throw;
        }

        return cursor is null;
    }

    [LoggerMessage(LogLevel.Warning, "Job {Name} failed in a slice; the next turn goes on from the slice before")]
    private partial void LogFailed(Exception fault, string name);
}
