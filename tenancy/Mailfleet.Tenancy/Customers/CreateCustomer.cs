using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Customers;

/// <param name="ParentId">Null: the actor's own node.</param>
public sealed record CreateCustomer(string Name, ResellerId? ParentId);

/// <summary>The first events of a customer's stream.</summary>
public sealed record CreateCustomerStart(CustomerCreated Created, CustomerPlaced Placed);

internal sealed class CreateCustomerValidator : AbstractValidator<CreateCustomer>
{
    public CreateCustomerValidator() => RuleFor(c => c.Name).IsDisplayName();
}

public sealed class CreateCustomerHandler(TenantSessions sessions, FleetTree tree, FleetCells cells, TenancyOptions options, BusinessClock clock)
{
    private readonly CreateCustomerValidator _validator = new();

    public static Outcome<CreateCustomerStart> Decide(
        Reseller? parent, Placement placement, CreateCustomer command, CustomerId id, Actor actor, DateTimeOffset now) =>
        actor.FindRefusal(Right.CreateCustomer, parent?.Path, "parentId", "reseller") is { } refusal
            ? Outcome<CreateCustomerStart>.Refused(refusal)
            : Outcome<CreateCustomerStart>.Accepted(new CreateCustomerStart(
                new CustomerCreated(id, parent!.Id, parent.Path, command.Name.Trim(), now),
                new CustomerPlaced(id, placement.Cell, placement.Reason, now)));

    public async Task<Outcome<Customer>> HandleAsync(CreateCustomer command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Customer>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        var id = CustomerId.New(now);
        Reseller? parent = await tree.FindAsync(command.ParentId ?? actor.Node, actor, cancellationToken);
        var placement = Placement.Choose(options.CellDoors.Keys, await cells.ReadAllAsync(cancellationToken), clock.RealNow);
        Outcome<CreateCustomerStart> decided = Decide(parent, placement, command, id, actor, now);
        if (decided.Value is not { } start)
            return Outcome<Customer>.Refused(decided.Refusals);

        await using IDocumentSession session = await sessions.OpenAsync(id, actor, cancellationToken);
        Customer customer = Start(session, start, actor);
        PoolCharge charge = new();
        charge.Add(parent!.Path, PoolKind.Customers, 1);
        if (await PoolTable.SettleAsync(session, charge, actor, cancellationToken) is { } full)
            return Outcome<Customer>.Refused(full);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Customer>.Accepted(customer);
    }

    /// <param name="stage">Who signs up tries; whom a reseller makes is a customer.</param>
    internal static Customer Start(IDocumentSession session, CreateCustomerStart start, Actor actor, CustomerStage stage = CustomerStage.Active)
    {
        CustomerCreated created = start.Created;
        Customer customer = EventSourced.Fold<Customer>([created, start.Placed])!;
        object[] changes = stage == customer.Stage
            ? [created, start.Placed]
            : [created, start.Placed, LifecycleRules.Enter(customer, stage, PlanTerms.Defaults, "Signed up.", actor.Login, created.At)];
        session.Events.StartStream(created.Customer.Value, changes);
        customer = EventSourced.Fold<Customer>(changes)!;
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.CustomerCreated, customer.Id.Value, customer.Path, After: new { created.Name, created.Parent, customer.Cell }), created.At);
        return customer;
    }
}
