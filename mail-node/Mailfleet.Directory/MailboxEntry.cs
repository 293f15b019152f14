using Mailfleet.Cell;

namespace Mailfleet.Directory;

/// <summary>A mailbox as the node sees it.</summary>
/// <param name="Address">Primary address, <c>local@a-label.domain</c>, lower case.</param>
/// <param name="Customer">The cell's own number of the customer it belongs to.</param>
public sealed record MailboxEntry(MailboxKey Key, string Address, long QuotaBytes, long Customer)
{
    /// <summary>What its customer may do.</summary>
    public CustomerStanding Standing { get; init; } = CustomerStanding.Active;
}
