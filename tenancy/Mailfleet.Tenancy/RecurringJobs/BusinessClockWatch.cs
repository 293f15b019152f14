using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.RecurringJobs;

/// <summary>Brings business time into this process within two seconds of a change, and then runs every job once, here or in whichever process is first.</summary>
internal sealed partial class BusinessClockWatch(BusinessClock business, BusinessClockTable table, JobRunner runner, TimeProvider clock, ILogger<BusinessClockWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private long _changes;

    /// <summary>Before anything else of the host goes by business time.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        (business.Ahead, _changes) = await table.ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Poll, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: this is how the loop ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            (business.Ahead, long changes) = await table.ReadAsync(cancellationToken);
            if (changes == _changes)
                return;
            bool isDone = true;
            foreach (IJob job in runner.Jobs)
                isDone &= await runner.RunForClockAsync(job.Name, changes, cancellationToken);
            if (isDone)
                _changes = changes; // else the next look goes on
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Business time could not be read, or what it brings could not be done; it is tried again in a second")]
    private partial void LogFault(Exception fault);
}
