using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Entitlements;

/// <summary>Says how much of a kind a node may hold below it. By whoever stands above the node: nobody raises their own limit.</summary>
/// <param name="Limit">Null: none set by hand; a customer has its plan's again, and those above still hold.</param>
/// <param name="PromisedPercent">How much of the limit may be promised to nodes below, and of bytes to mailboxes; above 100 is over-commitment.</param>
public sealed record SetPoolLimit(NodeId NodeId, PoolKind Kind, long? Limit, int PromisedPercent = 100);

internal sealed class SetPoolLimitValidator : AbstractValidator<SetPoolLimit>
{
    private const long MaxLimit = 1L << 60; // an exbibyte, or more mailboxes than people
    private const int MaxPercent = 10_000;

    public SetPoolLimitValidator()
    {
        RuleFor(c => c.Limit).InclusiveBetween(0, MaxLimit).WithMessage($"A limit is between 0 and {MaxLimit}.");
        RuleFor(c => c.PromisedPercent).InclusiveBetween(100, MaxPercent).WithMessage($"Between 100 and {MaxPercent} percent of a limit may be promised.");
        RuleFor(c => c.Kind).Must((command, kind) => Stands(command.NodeId, kind)).WithMessage("Nodes of this level hold nothing of this kind below them.");
    }

    private static bool Stands(NodeId node, PoolKind kind) => kind switch
    {
        PoolKind.Customers => ResellerId.TryParse(node.Value, out _),
        PoolKind.Domains => !DomainId.TryParse(node.Value, out _),
        PoolKind.Mailboxes or PoolKind.Bytes => true,
        _ => false,
    };
}

public sealed class SetPoolLimitHandler(TenantSessions sessions, TimeProvider clock)
{
    private readonly SetPoolLimitValidator _validator = new();

    /// <param name="around">The pools that the change concerns (<c>PoolLimits.ReadAroundAsync</c>).</param>
    internal static Outcome<Pool> Decide(SubtreePath? place, IReadOnlyList<Pool> around, SetPoolLimit command, Actor actor)
    {
        if (actor.FindRefusal(Right.SetLimits, place, "nodeId", "node") is { } refusal)
            return Outcome<Pool>.Refused(refusal);
        if (place == actor.Place && place != SubtreePath.Root)
            return Outcome<Pool>.Refused(new Refusal(ErrorCode.Forbidden, "nodeId", "A limit is set by whoever stands above the node."));

        Pool? held = around.SingleOrDefault(pool => pool.Path == place);
        Pool wanted = new(place!.Value, command.Kind, command.Limit ?? 0, command.PromisedPercent, held?.Used ?? 0);
        List<Pool> after = [.. around.Where(pool => pool.Path != place)];
        if (command.Limit is not null)
            after.Add(wanted);
        foreach (Pool pool in PoolGrants.Concerned(place.Value, after))
        {
            decimal promised = PoolGrants.PromisedBy(pool, after);
            // Whoever lowers their limit below what it has promised lowers those below first; one that promises too much above may be helped by this.
            if (promised > pool.Promisable && (pool.Path == place || promised > PoolGrants.PromisedBy(pool, around)))
                return Outcome<Pool>.Refused(PoolRefusals.Overcommitted(pool, promised, "limit", actor));
        }

        return Outcome<Pool>.Accepted(wanted);
    }

    public async Task<Outcome<SetPoolLimit>> HandleAsync(SetPoolLimit command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<SetPoolLimit>.Refused(refusals);

        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.NodeId, cancellationToken);
        if (actor.FindRefusal(Right.SetLimits, place, "nodeId", "node") is { } refusal)
            return Outcome<SetPoolLimit>.Refused(refusal); // before the lock: who may not ask stops nobody

        await PoolLimits.LockAsync(session, cancellationToken);
        IReadOnlyList<Pool> around = await PoolLimits.ReadAroundAsync(session, place!.Value, command.Kind, cancellationToken);
        if (Decide(place, around, command, actor) is { IsAccepted: false } refused)
            return Outcome<SetPoolLimit>.Refused(refused.Refusals);

        Pool? held = around.SingleOrDefault(pool => pool.Path == place);
        if (command.Limit is { } limit)
            await PoolLimits.PutAsync(session, place.Value, command.Kind, limit, command.PromisedPercent, cancellationToken);
        else
            await PoolLimits.DeleteAsync(session, place.Value, command.Kind, cancellationToken);
        if (command.Limit is null && CustomerId.TryParse(command.NodeId.Value, out CustomerId customer)) // what was pinned comes from the plan again
        {
            PlanTerms terms = await PlanTable.TermsOfAsync(session, customer, cancellationToken);
            if (await PlanLimits.ApplyAsync(session, [(place.Value, terms)], actor, cancellationToken) is { } overcommitted)
                return Outcome<SetPoolLimit>.Refused(overcommitted);
        }

        AuditTrail.Record(
            session, actor,
            new AuditChange(
                AuditAction.LimitSet, command.NodeId.Value, place.Value,
                Before: held is null ? null : new { command.Kind, held.Limit, held.PromisedPercent },
                After: command.Limit is null ? null : new { command.Kind, command.Limit, command.PromisedPercent }),
            clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<SetPoolLimit>.Accepted(command);
    }
}
