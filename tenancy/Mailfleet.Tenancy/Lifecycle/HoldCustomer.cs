using FluentValidation;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>Stops time for a customer, in whichever stage it is, until the hold is released: a dispute, a court, a promise on the telephone.</summary>
public sealed record HoldCustomer(CustomerId CustomerId, string Reason);

internal sealed class HoldCustomerValidator : AbstractValidator<HoldCustomer>
{
    public HoldCustomerValidator() => RuleFor(c => c.Reason).IsReason();
}

public sealed class HoldCustomerHandler(TenantSessions sessions, BusinessClock clock)
{
    private readonly HoldCustomerValidator _validator = new();

    public async Task<Outcome<Customer>> HandleAsync(HoldCustomer command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Customer>.Refused(refusals);

        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(command.CustomerId.Value, cancellationToken);
        if (actor.FindRefusal(Right.ManageLifecycle, customer?.State.Path, "customerId", "customer") is { } refusal)
            return Outcome<Customer>.Refused(refusal);
        if (customer!.State.Stage == CustomerStage.Purged)
            return Outcome<Customer>.Refused(LifecycleRefusals.Purged);
        return customer.State.IsHeld
            ? Outcome<Customer>.Accepted(customer.State)
            : await LifecycleSave.SaveAsync(
                session, customer, [new CustomerHeld(customer.State.Id, command.Reason.Trim(), actor.Login, clock.GetUtcNow())], actor, cancellationToken);
    }
}
