using System.Globalization;
using Hangfire;
using Hangfire.Storage;
using Mailfleet.Tenancy.RecurringJobs;

namespace Mailfleet.Api.Ops;

/// <summary>Tells Hangfire at the start how often each job runs, and takes out what this release no longer has. Times that were missed are made up by one run.</summary>
internal sealed class JobSchedule(JobRunner runner, IRecurringJobManager recurring, JobStorage storage) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        using IStorageConnection connection = storage.GetConnection();
        foreach (RecurringJobDto old in connection.GetRecurringJobs().Where(old => runner.Jobs.All(job => job.Name != old.Id)))
            recurring.RemoveIfExists(old.Id);
        foreach (IJob job in runner.Jobs)
        {
            recurring.AddOrUpdate<JobTurn>(
                job.Name, turn => turn.RunAsync(job.Name, CancellationToken.None), CronOf(job),
                new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Relaxed });
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Each job at a minute of its own, the same on every host.
    internal static string CronOf(IJob job)
    {
        int minute = job.Name.Sum(c => c) % 60;
        return job.Interval switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{minute} 3 * * *"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{minute} * * * *"),
            { TotalMinutes: var minutes } => string.Create(CultureInfo.InvariantCulture, $"*/{Math.Max(1, (int)minutes)} * * * *"),
        };
    }
}
