namespace Mailfleet.Cell.Door;

/// <summary>What the control plane wants the cell to hold. <c>Version</c> grows with every change of the object; an older or equal one changes nothing.</summary>
/// <param name="Id">Public id, <c>cus_…</c></param>
public sealed record DesiredCustomer(string Id, long Version, CustomerState State)
{
    /// <summary>Bytes that the mail of all its mailboxes may take together; null without a limit.</summary>
    public long? QuotaBytes { get; init; }
}
