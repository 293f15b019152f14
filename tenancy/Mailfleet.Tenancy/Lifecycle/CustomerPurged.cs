using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>What is left of a purged customer.</summary>
/// <param name="Domains">How many it ever had.</param>
/// <param name="Mailboxes">How many it ever had; the cell holds no mail of any of them.</param>
public sealed record CustomerPurged(CustomerId Customer, long Domains, long Mailboxes, DateTimeOffset At);
