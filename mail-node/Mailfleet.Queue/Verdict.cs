using Mailfleet.Queue.Rows;

namespace Mailfleet.Queue;

/// <summary>What follows from an attempt for one recipient. Pure.</summary>
internal static class Verdict
{
    private const double Jitter = 0.1;          // what failed together must not come back together

    private static readonly AttemptOutcome Unreachable = new(AttemptStatus.Deferred, "4.4.1 The destination could not be reached lately and is left alone for a while");

    public static Outcome Of(QueueEntry entry, AttemptOutcome outcome, QueueOptions options, TimeSpan age) => outcome.Status switch
    {
        AttemptStatus.Delivered => entry.MayReport(NotifyOn.Success) && !outcome.IsReportedThere
            ? Outcome.Report(entry, OutcomeKind.Delivered, outcome)
            : Outcome.Done(entry, OutcomeKind.Delivered, outcome),
        AttemptStatus.Failed => Fail(entry, OutcomeKind.Failed, outcome),
        AttemptStatus.Deferred when age >= options.Lifetime => GiveUp(entry, outcome),
        AttemptStatus.Deferred => Outcome.Again(entry, OutcomeKind.Deferred, outcome, WaitAfter(entry.Attempts, options)),
        _ => Outcome.Again(entry, OutcomeKind.Postponed, outcome, options.DownFor),
    };

    /// <summary>For a recipient whose destination is down: no try is counted, but time goes on.</summary>
    public static Outcome Postpone(QueueEntry entry, TimeSpan wait, QueueOptions options, TimeSpan age) => age >= options.Lifetime
        ? GiveUp(entry, Unreachable)
        : Outcome.Again(entry, OutcomeKind.Postponed, Unreachable, wait * (1 + (Random.Shared.NextDouble() * Jitter)));

    /// <summary>Whether the sender is to be told that this still waits.</summary>
    public static bool IsLate(Outcome outcome, QueueOptions options, TimeSpan age) =>
        outcome is { Next: EntryState.Waiting } && age >= options.DelayReportAfter && !outcome.Entry.IsDelayReported && outcome.Entry.MayReport(NotifyOn.Delay);

    private static Outcome Fail(QueueEntry entry, OutcomeKind kind, AttemptOutcome outcome) =>
        entry.MayReport(NotifyOn.Failure) ? Outcome.Report(entry, kind, outcome) : Outcome.Done(entry, kind, outcome);

    // RFC 3463 §3.5: X.4.7, the delivery time is over; what the last try met is told with it.
    private static Outcome GiveUp(QueueEntry entry, AttemptOutcome last) =>
        Fail(entry, OutcomeKind.GivenUp, last with { Reply = $"5.4.7 Given up after {(int)entry.Age.TotalHours} hours; last: {(last == Unreachable ? entry.LastReply ?? last.Reply : last.Reply)}" });

    private static TimeSpan WaitAfter(int attempts, QueueOptions options) =>
        options.RetryAfter[Math.Min(attempts, options.RetryAfter.Count - 1)] * (1 - Jitter + (Random.Shared.NextDouble() * 2 * Jitter));
}
