using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Plans;

/// <summary>Gives a customer a plan, pins what differs from it, or both. What is pinned stays through every change of plan until it is pinned otherwise.</summary>
/// <param name="PlanId">Null: the plan stays.</param>
/// <param name="Pinned">All that is to be pinned, in place of what was; null: what is pinned stays.</param>
public sealed record SetCustomerPlan(CustomerId CustomerId, PlanId? PlanId, PlanTerms? Pinned);

/// <param name="Terms">What the customer gets now.</param>
public sealed record SetCustomerPlanResult(Customer Customer, PlanTerms Terms);

internal sealed class SetCustomerPlanValidator : AbstractValidator<SetCustomerPlan>
{
    public SetCustomerPlanValidator() => RuleFor(c => c.Pinned!).SetValidator(new PlanTermsValidator()).When(c => c.Pinned is not null);
}

public sealed class SetCustomerPlanHandler(TenantSessions sessions, BusinessClock clock)
{
    private readonly SetCustomerPlanValidator _validator = new();

    /// <param name="plan">The plan asked for, if there is one.</param>
    internal static Outcome<Customer> Decide(Customer? customer, PlanRow? plan, SetCustomerPlan command, Actor actor)
    {
        if (actor.FindRefusal(Right.SetCustomerPlan, customer?.Path, "customerId", "customer") is { } refusal)
            return Outcome<Customer>.Refused(refusal);
        if (customer!.Stage == CustomerStage.Purged)
            return Outcome<Customer>.Refused(LifecycleRefusals.Purged);
        return command.PlanId is not null && (plan is null || !plan.Path.Contains(customer.Path))
            ? Outcome<Customer>.Refused(new Refusal(ErrorCode.NotFound, "planId", "There is no such plan for this customer."))
            : Outcome<Customer>.Accepted(customer);
    }

    public async Task<Outcome<SetCustomerPlanResult>> HandleAsync(SetCustomerPlan command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<SetCustomerPlanResult>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        Loaded<Customer>? loaded = await session.FoldStreamAsync<Customer>(command.CustomerId.Value, cancellationToken);
        PlanRow? plan = command.PlanId is { } id ? await PlanTable.HoldAsync(session, id, cancellationToken) : null;
        Outcome<Customer> decided = Decide(loaded?.State, plan, command, actor);
        if (decided.Value is not { } before || loaded is null)
            return Outcome<SetCustomerPlanResult>.Refused(decided.Refusals);

        List<object> changes = [];
        if (command.PlanId is { } wanted && wanted != before.Plan)
            changes.Add(new CustomerPlanSet(before.Id, wanted, actor.Login, now));
        if (command.Pinned is { } pinned && pinned != before.Pinned)
            changes.Add(new CustomerTermsPinned(before.Id, pinned, actor.Login, now));
        Customer after = changes.Aggregate(before, (customer, change) => Customer.Apply(customer, change)!);
        PlanTerms terms = after.Pinned.Over(await PlanTable.InheritedAsync(session, after.Plan, cancellationToken));
        if (changes.Count == 0)
            return Outcome<SetCustomerPlanResult>.Accepted(new SetCustomerPlanResult(after, terms.Over(PlanTerms.Defaults)));

        session.Events.Append(before.Id.Value, loaded.Version + changes.Count, changes);
        foreach (object change in changes)
            AuditTrail.Record(session, actor, Audit(before, change), now);
        if (await PlanLimits.ApplyAsync(session, [(after.Path, terms)], actor, cancellationToken) is { } overcommitted)
            return Outcome<SetCustomerPlanResult>.Refused(overcommitted with { Field = "planId" });
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<SetCustomerPlanResult>.Accepted(new SetCustomerPlanResult(after, terms.Over(PlanTerms.Defaults)))
            : Outcome<SetCustomerPlanResult>.Refused(Concurrency.Refusal("customerId"));
    }

    private static AuditChange Audit(Customer before, object change) => change is CustomerPlanSet plan
        ? new AuditChange(AuditAction.CustomerPlanSet, before.Id.Value, before.Path, Before: new { before.Plan }, After: new { plan.Plan })
        : new AuditChange(AuditAction.CustomerTermsPinned, before.Id.Value, before.Path, Before: before.Pinned, After: ((CustomerTermsPinned)change).Terms);
}
