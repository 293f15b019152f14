namespace Mailfleet.Cell.Door;

/// <param name="Id">Public id, <c>dom_…</c></param>
/// <param name="Name">Lower-case A-labels without a final dot.</param>
public sealed record DesiredDomain(string Id, long Version, string CustomerId, string Name, DomainState State)
{
    /// <summary>Bytes that the mail of all its mailboxes may take together; null without a limit.</summary>
    public long? QuotaBytes { get; init; }
}
