namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>Looks records up as the world sees them.</summary>
public interface IDnsRecords
{
    /// <summary>Names of mail exchangers, lower case without the final dot, the preferred ones first.</summary>
    Task<DnsAnswer> FindExchangersAsync(string name, CancellationToken cancellationToken);

    /// <summary>TXT records, the strings of each put together (RFC 7208 §3.3).</summary>
    Task<DnsAnswer> FindTextsAsync(string name, CancellationToken cancellationToken);
}
