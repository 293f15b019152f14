namespace Mailfleet.Tenancy.Jobs;

/// <summary>What a job does. Names are stored and never change meaning.</summary>
public enum JobKind
{
    /// <summary>Columns <c>name, customer_id</c>.</summary>
    ImportDomains,

    /// <summary>Columns <c>address</c>, and <c>password</c> or <c>password_hash</c>, and <c>quota_bytes</c>.</summary>
    ImportMailboxes,

    /// <summary>Columns <c>address, targets</c>, and <c>forward</c>.</summary>
    ImportAliases,
}
