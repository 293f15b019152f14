using Mailfleet.Cell;

namespace Mailfleet.Store;

/// <summary>One mailbox that a message goes to. Control characters in the texts are replaced, so that no header line can be smuggled in.</summary>
/// <param name="ReturnPath">Reverse-path without brackets, empty for the null one.</param>
/// <param name="DeliveredTo">The address this mailbox got it by.</param>
public sealed record DeliveryTarget(MailboxKey Mailbox, string ReturnPath, string DeliveredTo);
