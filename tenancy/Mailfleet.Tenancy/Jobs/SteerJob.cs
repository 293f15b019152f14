using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Jobs;

public sealed record SteerJob(JobId JobId, JobStep Step);

public sealed class SteerJobHandler
{
    private readonly TenantSessions _sessions;
    private readonly ImportJobTable _table;
    private readonly IJobQueue _queue;
    private readonly TimeProvider _clock;

    internal SteerJobHandler(TenantSessions sessions, ImportJobTable table, IJobQueue queue, TimeProvider clock) =>
        (_sessions, _table, _queue, _clock) = (sessions, table, queue, clock);

    /// <summary>The state that the step leads to.</summary>
    public static Outcome<Job> Decide(Job? job, JobStep step, Actor actor)
    {
        if (actor.FindRefusal(Right.RunImports, job?.Path, "jobId", "job") is { } refusal)
            return Outcome<Job>.Refused(refusal);
        if (step == JobStep.Start && (actor.Login, actor.Person?.Value, actor.OnBehalfOf) != (job!.Login, job.Person, job.OnBehalfOf))
            return Refuse(ErrorCode.Forbidden, "A job runs with the rights of whoever made it, so only they can start it. Make one of your own.");

        return (step, job!.State) switch
        {
            (JobStep.Start, JobState.Ready or JobState.Paused) => Outcome<Job>.Accepted(job with { State = JobState.Running }),
            (JobStep.Pause, JobState.Running) => Outcome<Job>.Accepted(job with { State = JobState.Paused }),
            (JobStep.Cancel, JobState.Ready or JobState.Running or JobState.Paused) => Outcome<Job>.Accepted(job with { State = JobState.Cancelled }),
            _ => Refuse(ErrorCode.JobState, $"A job that is {job.State.ToString().ToLowerInvariant()} cannot do this."),
        };
    }

    public async Task<Outcome<Job>> HandleAsync(SteerJob command, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        Job? job = await ImportJobTable.LockRowAsync(session, command.JobId, cancellationToken);
        Outcome<Job> decided = Decide(job, command.Step, actor);
        if (decided.Value is not { } next)
            return decided;

        ImportJobTable.SetState(session, next.Id, next.State, now);
        AuditTrail.Record(session, actor, new AuditChange(ActionOf(command.Step), next.Id.Value, next.Path, new { job!.State }, new { next.State }), now);
        await session.SaveChangesAsync(cancellationToken);
        if (next.State == JobState.Running)
            _queue.Enqueue(next.Id);
        return Outcome<Job>.Accepted((await _table.FindAsync(next.Id, cancellationToken))!);
    }

    private static AuditAction ActionOf(JobStep step) => step switch
    {
        JobStep.Start => AuditAction.JobStarted,
        JobStep.Pause => AuditAction.JobPaused,
        _ => AuditAction.JobCancelled,
    };

    private static Outcome<Job> Refuse(ErrorCode code, string message) => Outcome<Job>.Refused(new Refusal(code, "jobId", message));
}
