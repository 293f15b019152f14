using Mailfleet.Message;

namespace Mailfleet.Queue;

/// <summary>A recipient elsewhere.</summary>
/// <param name="From">Its own reverse-path: a forward's differs from the message's (SRS).</param>
/// <param name="OriginalRecipient">ORCPT= decoded, or null.</param>
public sealed record QueuedRecipient(MailAddress Address, ReversePath From, NotifyOn Notify = NotifyOn.Default, string? OriginalRecipient = null);
