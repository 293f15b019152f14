using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Plans;

/// <summary>
/// New terms for a plan, for the plans that inherit from it and for all their customers. What is pinned for a customer stays. Stages that have begun keep
/// their end.
/// </summary>
/// <param name="Terms">All of the plan's own terms, in place of the old ones.</param>
public sealed record ChangePlan(PlanId PlanId, PlanTerms Terms);

internal sealed class ChangePlanValidator : AbstractValidator<ChangePlan>
{
    public ChangePlanValidator() => RuleFor(c => c.Terms).SetValidator(new PlanTermsValidator());
}

public sealed class ChangePlanHandler(TenantSessions sessions, BusinessClock clock)
{
    private readonly ChangePlanValidator _validator = new();

    public async Task<Outcome<PlanRow>> HandleAsync(ChangePlan command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<PlanRow>.Refused(refusals);

        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        PlanRow? plan = await PlanTable.HoldAsync(session, command.PlanId, cancellationToken);
        if (actor.FindRefusal(Right.ManagePlans, plan?.Path, "planId", "plan") is { } refusal)
            return Outcome<PlanRow>.Refused(refusal);

        await PlanTable.UpdateAsync(session, plan!.Id, command.Terms, cancellationToken);
        IReadOnlyList<PlannedCustomer> customers = await PlanTable.CustomersOfAsync(session, plan.Id, cancellationToken);
        Dictionary<PlanId, PlanTerms> byPlan = [];
        foreach (PlanId heir in customers.Select(customer => customer.Plan).OfType<PlanId>().Distinct())
            byPlan.Add(heir, await PlanTable.InheritedAsync(session, heir, cancellationToken));
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.PlanChanged, plan.Id.Value, plan.Path, Before: plan.Terms, After: command.Terms), clock.GetUtcNow());
        Refusal? overcommitted = await PlanLimits.ApplyAsync(
            session, [.. customers.Select(customer => (customer.Path, customer.Pinned.Over(byPlan[customer.Plan!.Value])))], actor, cancellationToken);
        if (overcommitted is not null)
            return Outcome<PlanRow>.Refused(overcommitted);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<PlanRow>.Accepted(plan with { Terms = command.Terms });
    }
}
