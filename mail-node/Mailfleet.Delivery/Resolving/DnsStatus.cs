namespace Mailfleet.Delivery.Resolving;

/// <summary>What a look-up came to.</summary>
public enum DnsStatus
{
    Found,

    /// <summary>The name exists and has no such record.</summary>
    NoRecord,

    /// <summary>The name does not exist.</summary>
    NoName,

    /// <summary>No resolver could say: time ran out, SERVFAIL, a broken signature.</summary>
    Fault,
}
