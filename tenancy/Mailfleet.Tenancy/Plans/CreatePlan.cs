using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Plans;

/// <param name="NodeId">Whose plan it is; null: the actor's own node.</param>
/// <param name="ParentId">The plan that says what this one leaves open: of the node or of one above it.</param>
public sealed record CreatePlan(string Name, ResellerId? NodeId, PlanId? ParentId, PlanTerms Terms);

internal sealed class CreatePlanValidator : AbstractValidator<CreatePlan>
{
    public CreatePlanValidator()
    {
        RuleFor(c => c.Name).IsDisplayName();
        RuleFor(c => c.Terms).SetValidator(new PlanTermsValidator());
    }
}

public sealed class CreatePlanHandler(TenantSessions sessions, BusinessClock clock)
{
    private readonly CreatePlanValidator _validator = new();

    internal static Outcome<PlanRow> Decide(
        SubtreePath? place, PlanRow? parent, int parentDepth, bool isNameTaken, CreatePlan command, PlanId id, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.ManagePlans, place, "nodeId", "reseller") is { } refusal)
            return Outcome<PlanRow>.Refused(refusal);
        if (command.ParentId is not null && (parent is null || !parent.Path.Contains(place!.Value)))
            return Outcome<PlanRow>.Refused(new Refusal(ErrorCode.NotFound, "parentId", "There is no such plan at this node or above it."));
        if (parentDepth >= PlanTable.MaxDepth)
            return Outcome<PlanRow>.Refused(new Refusal(ErrorCode.Invalid, "parentId", $"Plans inherit over at most {PlanTable.MaxDepth} steps."));
        return isNameTaken
            ? Outcome<PlanRow>.Refused(new Refusal(ErrorCode.PlanNameTaken, "name", "The node has a plan of this name."))
            : Outcome<PlanRow>.Accepted(new PlanRow(id, place!.Value.Reseller, place.Value, command.ParentId, command.Name.Trim(), command.Terms, now));
    }

    public async Task<Outcome<PlanRow>> HandleAsync(CreatePlan command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<PlanRow>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        ResellerId node = command.NodeId ?? actor.Node;
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, node, cancellationToken);
        bool isTaken = await PlanTable.IsNameTakenAsync(session, node, command.Name.Trim(), cancellationToken);
        PlanRow? parent = command.ParentId is { } above ? await PlanTable.HoldAsync(session, above, cancellationToken) : null;
        int depth = parent is null ? 0 : await PlanTable.DepthOfAsync(session, parent.Id, cancellationToken);
        Outcome<PlanRow> decided = Decide(place, parent, depth, isTaken, command, PlanId.New(now), actor, now);
        if (decided.Value is not { } plan)
            return decided;

        PlanTable.Insert(session, plan);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.PlanCreated, plan.Id.Value, plan.Path, After: new { plan.Name, plan.Parent, plan.Terms }), now);
        await session.SaveChangesAsync(cancellationToken);
        return decided;
    }
}
