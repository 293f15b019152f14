namespace Mailfleet.Cell.Door;

/// <summary>One page of desired state, applied in one transaction in the order customers, domains, mailboxes, aliases. Of two rows with one id the newer counts.</summary>
public sealed record DesiredBatch(
    IReadOnlyList<DesiredCustomer> Customers, IReadOnlyList<DesiredDomain> Domains, IReadOnlyList<DesiredMailbox> Mailboxes)
{
    public IReadOnlyList<DesiredAlias> Aliases { get; init; } = [];
}
