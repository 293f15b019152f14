using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>What the DNS of a domain showed last.</summary>
/// <param name="AdriftSince">Its mail has gone elsewhere since; null when it comes here.</param>
public sealed record DomainCheckRow(DomainId Domain, IReadOnlyList<DnsRecordCheck> Records, DateTimeOffset? CheckedAt, DateTimeOffset? AdriftSince)
{
    /// <summary>What is wanted, as lines of a zone file.</summary>
    public string Zone => DnsJudge.ToZone(Records);
}
