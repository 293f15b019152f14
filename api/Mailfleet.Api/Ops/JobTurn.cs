using Hangfire;
using Mailfleet.Tenancy.RecurringJobs;

namespace Mailfleet.Api.Ops;

/// <summary>What Hangfire calls: a turn of at most a minute. A run that is not over queues its next turn, so that other work comes between.</summary>
public sealed class JobTurn(JobRunner runner, IBackgroundJobClient queue)
{
    /// <param name="name">The job's; nothing else stands in the queue.</param>
    [AutomaticRetry(Attempts = 3, OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    [JobDisplayName("{0}")]
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        if (!await runner.RunAsync(name, cancellationToken))
            queue.Enqueue<JobTurn>(turn => turn.RunAsync(name, CancellationToken.None));
    }
}
