namespace Mailfleet.Cell.Door;

/// <summary>What the control plane wants the cell to hold. <c>Version</c> grows with every change of the object; an older or equal one changes nothing.</summary>
/// <param name="Id">Public id, <c>cus_…</c></param>
public sealed record DesiredCustomer(string Id, long Version, CustomerState State)
{
    /// <summary>Language of what the cell writes to its users, reports of failed mail among it: <c>en</c> or <c>zh</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Bytes that the mail of all its mailboxes may take together; null without a limit.</summary>
    public long? QuotaBytes { get; init; }
}
