using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Aliases;

/// <summary>The alias leads to these addresses from now on, and to no others.</summary>
public sealed record SetAliasTargets(CustomerId CustomerId, AliasId AliasId, IReadOnlyList<string> Targets);

public sealed class SetAliasTargetsHandler(TenantSessions sessions, TimeProvider clock)
{
    internal static Outcome<AliasTargetsSet> Decide(
        SubtreePath? place, Alias? alias, IReadOnlyList<string> targets, AliasReach reach, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.ManageAliases, alias is { IsDeleted: false } ? place : null, "aliasId", "alias") is { } refusal)
            return Outcome<AliasTargetsSet>.Refused(refusal);
        return AliasRules.FindFault(reach, "targets") is { } fault
            ? Outcome<AliasTargetsSet>.Refused(fault)
            : Outcome<AliasTargetsSet>.Accepted(new AliasTargetsSet(alias!.Id, targets, actor.Login, now));
    }

    public async Task<Outcome<Alias>> HandleAsync(SetAliasTargets command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.AliasId, cancellationToken);
        if (actor.FindRefusal(Right.ManageAliases, place, "aliasId", "alias") is { } refusal)
            return Outcome<Alias>.Refused(refusal); // who may not ask locks nothing

        await AliasGraph.LockAsync(session, command.CustomerId, cancellationToken);
        Loaded<Alias>? alias = await session.FoldStreamAsync<Alias>(command.AliasId.Value, cancellationToken);
        IReadOnlyList<string> targets = [];
        AliasReach reach = AliasReach.Ends;
        if (alias is { State: { IsDeleted: false } state })
        {
            if (!AliasTargets.TryParse(state.LocalPart, command.Targets, out IReadOnlyList<string>? parsed, out string? fault))
                return Outcome<Alias>.Refused(new Refusal(ErrorCode.Invalid, "targets", fault));
            targets = parsed;
            reach = await AliasGraph.FollowAsync(session, command.CustomerId, state.Address, state.IsForward, targets, cancellationToken);
        }

        Outcome<AliasTargetsSet> decided = Decide(place, alias?.State, targets, reach, actor, clock.GetUtcNow());
        if (decided.Value is not { } set || alias is null)
            return Outcome<Alias>.Refused(decided.Refusals);

        session.Events.Append(set.Alias.Value, alias.Version + 1, set);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.AliasTargetsSet, set.Alias.Value, place!.Value, Before: new { alias.State.Targets }, After: new { set.Targets }), set.At);
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Alias>.Accepted(Alias.Apply(alias.State, set)!)
            : Outcome<Alias>.Refused(Concurrency.Refusal("aliasId"));
    }
}
