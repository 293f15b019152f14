namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>What a record of a domain is worth. Names are stored and part of the API: added, never renamed.</summary>
public enum DnsVerdict
{
    Good,
    Missing,

    /// <summary>There is one, and it says something else.</summary>
    Wrong,

    /// <summary>The resolver did not answer.</summary>
    Unknown,
}
