namespace Mailfleet.Queue;

/// <summary>A recipient that this node has claimed, as its row was then.</summary>
/// <param name="State">What waits: an attempt, or a report.</param>
/// <param name="From">Reverse-path without brackets; empty for the null one.</param>
/// <param name="Age">Since it was accepted, by the database's clock, at the moment of the claim.</param>
/// <param name="ClaimedAt">Time stamp of the process's clock at that moment.</param>
public sealed record QueueEntry(
    RecipientKey Key, MessageFacts Message, Lane Lane, EntryState State, NotifyOn Notify, int Attempts, bool IsDelayReported, string Address, string Domain, string From,
    string? OriginalRecipient, string? LastReply, string? LastHost, TimeSpan Age, long ClaimedAt)
{
    public bool MayReport(NotifyOn what) => Message.MayReport && From.Length > 0 && (Notify & what) != NotifyOn.Never;
}
