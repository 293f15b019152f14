namespace Mailfleet.Tenancy.Entitlements;

/// <summary>What is counted in pools. Numbers are stored and never change meaning; GraphQL shows the names in UPPER_SNAKE_CASE.</summary>
public enum PoolKind : short
{
    Customers = 1,
    Domains = 2,
    Mailboxes = 3,

    /// <summary>The sum of the mailboxes' quotas: what was promised, not what is used.</summary>
    Bytes = 4,
}
