using Mailfleet.Message;

namespace Mailfleet.Queue;

/// <summary>A recipient elsewhere, or one here whose delivery the sender wants to hear of.</summary>
/// <param name="From">Its own reverse-path: a forward's differs from the message's (SRS).</param>
/// <param name="OriginalRecipient">ORCPT= decoded, or null.</param>
/// <param name="IsDelivered">It is delivered with the commit of the message itself: only the report is missing.</param>
public sealed record QueuedRecipient(MailAddress Address, ReversePath From, NotifyOn Notify = NotifyOn.Default, string? OriginalRecipient = null, bool IsDelivered = false)
{
    internal EntryState State => IsDelivered ? EntryState.Delivered : EntryState.Waiting;

    internal string? LastReply => IsDelivered ? "2.1.5 Delivered" : null;
}
