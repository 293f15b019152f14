using Mailfleet.Cell;

namespace Mailfleet.Directory;

/// <summary>A mailbox as the node sees it.</summary>
/// <param name="Address">Primary address, <c>local@a-label.domain</c>, lower case.</param>
public sealed record MailboxEntry(MailboxKey Key, string Address, long QuotaBytes);
