using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Plans;

/// <param name="Plan">Null: none, so the defaults count.</param>
public sealed record CustomerPlanSet(CustomerId Customer, PlanId? Plan, string By, DateTimeOffset At);
