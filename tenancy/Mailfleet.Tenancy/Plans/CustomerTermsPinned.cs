using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Plans;

/// <summary>What is agreed with this customer whatever its plan says.</summary>
/// <param name="Terms">All that is pinned now, in place of what was before.</param>
public sealed record CustomerTermsPinned(CustomerId Customer, PlanTerms Terms, string By, DateTimeOffset At);
