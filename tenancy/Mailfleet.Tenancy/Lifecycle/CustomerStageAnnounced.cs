using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>The customer was told what comes next, and when.</summary>
public sealed record CustomerStageAnnounced(CustomerId Customer, CustomerStage Next, DateTimeOffset DueAt, DateTimeOffset At);
