namespace Mailfleet.Cell.Door;

/// <summary>What the control plane wants the cell to hold. <c>Version</c> grows with every change of the object; an older or equal one changes nothing.</summary>
/// <param name="Id">Public id, <c>cus_…</c></param>
public sealed record DesiredCustomer(string Id, long Version, CustomerState State)
{
    public const int MaxRefusalText = 200;

    /// <summary>What senders are told while mail is deferred or refused: printable ASCII, at most <see cref="MaxRefusalText"/> of it. Null: the node's own words.</summary>
    public string? RefusalText { get; init; }
}
