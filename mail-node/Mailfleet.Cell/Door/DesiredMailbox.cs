namespace Mailfleet.Cell.Door;

/// <param name="Id">Public id, <c>mbx_…</c></param>
/// <param name="LocalPart">Canonical (lower-case) local part, without sub-address.</param>
public sealed record DesiredMailbox(string Id, long Version, string DomainId, string LocalPart, long QuotaBytes, MailboxState State)
{
    /// <summary>No sending limit counts for it: a machine of the operator, a benchmark.</summary>
    public bool SendsFreely { get; init; }
}
