using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>Time goes on. A stage whose end has passed meanwhile, or is nearer than the notice, ends after the notice: what comes next is announced first.</summary>
public sealed record ReleaseCustomer(CustomerId CustomerId);

public sealed class ReleaseCustomerHandler(TenantSessions sessions, BusinessClock clock)
{
    internal static CustomerHoldReleased Decide(Customer customer, PlanTerms terms, Actor actor, DateTimeOffset now)
    {
        DateTimeOffset earliest = now.AddDays(terms.NoticeDays ?? 0);
        DateTimeOffset? until = customer.StageUntil is { } end && end < earliest ? earliest : customer.StageUntil;
        return new CustomerHoldReleased(customer.Id, until, LifecycleRules.NoticeOf(until, terms), actor.Login, now);
    }

    public async Task<Outcome<Customer>> HandleAsync(ReleaseCustomer command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(command.CustomerId.Value, cancellationToken);
        if (actor.FindRefusal(Right.ManageLifecycle, customer?.State.Path, "customerId", "customer") is { } refusal)
            return Outcome<Customer>.Refused(refusal);
        if (!customer!.State.IsHeld)
            return Outcome<Customer>.Accepted(customer.State);
        PlanTerms terms = await PlanTable.TermsOfAsync(session, command.CustomerId, cancellationToken);
        return await LifecycleSave.SaveAsync(session, customer, [Decide(customer.State, terms, actor, clock.GetUtcNow())], actor, cancellationToken);
    }
}
