using Mailfleet.Tenancy.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>Runs jobs in this process: those it is told of at once, and every few seconds those that a process which has gone left behind.</summary>
internal sealed partial class HostedJobRunner(JobSlices slices, TimeProvider clock, ILogger<HostedJobRunner> logger) : BackgroundService, IJobQueue
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private readonly Dictionary<JobId, Task> _running = []; // of the one loop below
    private volatile TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Enqueue(JobId job) => _told.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoopAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;     // a host that stops, or did not come to start: no fault; the next one goes on
        }
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            _told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); // before the look, so that no hint falls between
            try
            {
                Begin(await slices.FindRunningAsync(stoppingToken), stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(fault);
            }

            await Task.WhenAny(_told.Task, Task.Delay(Poll, clock, stoppingToken));
        }

        await Task.WhenAll(_running.Values);
    }

    private void Begin(IReadOnlyList<JobId> jobs, CancellationToken cancellationToken)
    {
        foreach (JobId ended in _running.Where(run => run.Value.IsCompleted).Select(run => run.Key).ToArray())
            _running.Remove(ended);
        foreach (JobId job in jobs.Where(job => !_running.ContainsKey(job)))
            _running.Add(job, Task.Run(() => RunAsync(job, cancellationToken), CancellationToken.None));
    }

    private async Task RunAsync(JobId job, CancellationToken cancellationToken)
    {
        try
        {
            while (await slices.RunAsync(job, cancellationToken)) { }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(job); // the next process goes on with it
        }
        catch (Exception fault)
        {
            LogFault(fault, job); // it stays Running, so the next look tries again
        }
    }

    [LoggerMessage(LogLevel.Warning, "Jobs cannot be looked for; they wait")]
    private partial void LogAway(Exception fault);

    [LoggerMessage(LogLevel.Information, "Job {Job} goes on after the next start")]
    private partial void LogStopped(JobId job);

    [LoggerMessage(LogLevel.Error, "A slice of job {Job} failed; it is tried again")]
    private partial void LogFault(Exception fault, JobId job);
}
