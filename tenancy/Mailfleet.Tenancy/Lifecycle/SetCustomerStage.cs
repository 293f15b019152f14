using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>Moves a customer to a stage at once: paid again, in arrears, blocked for abuse. Purging is left to time, so that nobody deletes a customer by one call.</summary>
public sealed record SetCustomerStage(CustomerId CustomerId, CustomerStage Stage, string Reason);

internal sealed class SetCustomerStageValidator : AbstractValidator<SetCustomerStage>
{
    public SetCustomerStageValidator()
    {
        RuleFor(c => c.Stage).IsInEnum().NotEqual(CustomerStage.Purged).WithMessage("A customer is purged by time alone, after its export stage.");
        RuleFor(c => c.Reason).IsReason();
    }
}

public sealed class SetCustomerStageHandler(TenantSessions sessions, BusinessClock clock)
{
    private readonly SetCustomerStageValidator _validator = new();

    internal static Outcome<CustomerStageSet> Decide(Customer? customer, PlanTerms terms, SetCustomerStage command, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.ManageLifecycle, customer?.Path, "customerId", "customer") is { } refusal)
            return Outcome<CustomerStageSet>.Refused(refusal);
        return customer!.Stage == CustomerStage.Purged
            ? Outcome<CustomerStageSet>.Refused(LifecycleRefusals.Purged)
            : Outcome<CustomerStageSet>.Accepted(LifecycleRules.Enter(customer, command.Stage, terms, command.Reason.Trim(), actor.Login, now));
    }

    public async Task<Outcome<Customer>> HandleAsync(SetCustomerStage command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Customer>.Refused(refusals);

        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(command.CustomerId.Value, cancellationToken);
        PlanTerms terms = await PlanTable.TermsOfAsync(session, command.CustomerId, cancellationToken);
        Outcome<CustomerStageSet> decided = Decide(customer?.State, terms, command, actor, clock.GetUtcNow());
        return decided.Value is { } set && customer is not null
            ? await LifecycleSave.SaveAsync(session, customer, [set], actor, cancellationToken)
            : Outcome<Customer>.Refused(decided.Refusals);
    }
}
