namespace Mailfleet.Queue.Rows;

/// <summary>What became of a claimed recipient, on its way into the database.</summary>
/// <param name="Next">What the row waits for from here on; null when it goes.</param>
/// <param name="KeepsOwner">The row stays this node's, which goes on with its report.</param>
internal sealed record Outcome(QueueEntry Entry, OutcomeKind Kind, string? Reply, string? Host, string? Tls, EntryState? Next, TimeSpan Wait, bool KeepsOwner)
{
    public static Outcome Done(QueueEntry entry, OutcomeKind kind, AttemptOutcome what) => new(entry, kind, what.Reply, what.Host, what.Tls, null, TimeSpan.Zero, KeepsOwner: false);

    public static Outcome Report(QueueEntry entry, OutcomeKind kind, AttemptOutcome what) => new(
        entry, kind, what.Reply, what.Host, what.Tls, kind == OutcomeKind.Delivered ? EntryState.Delivered : EntryState.Failed, TimeSpan.Zero, KeepsOwner: true);

    public static Outcome Again(QueueEntry entry, OutcomeKind kind, AttemptOutcome what, TimeSpan wait) => new(entry, kind, what.Reply, what.Host, what.Tls, entry.State, wait, KeepsOwner: false);
}
