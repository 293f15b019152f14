using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Aliases;

public sealed record DeleteAlias(CustomerId CustomerId, AliasId AliasId);

public sealed class DeleteAliasHandler(TenantSessions sessions, TimeProvider clock)
{
    public static Outcome<AliasDeleted> Decide(SubtreePath? place, Alias? alias, Actor actor, DateTimeOffset now) =>
        actor.FindRefusal(Right.ManageAliases, alias is { IsDeleted: false } ? place : null, "aliasId", "alias") is { } refusal
            ? Outcome<AliasDeleted>.Refused(refusal)
            : Outcome<AliasDeleted>.Accepted(new AliasDeleted(alias!.Id, actor.Login, now));

    public async Task<Outcome<Alias>> HandleAsync(DeleteAlias command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.AliasId, cancellationToken);
        Loaded<Alias>? alias = await session.FoldStreamAsync<Alias>(command.AliasId.Value, cancellationToken);
        Outcome<AliasDeleted> decided = Decide(place, alias?.State, actor, clock.GetUtcNow());
        if (decided.Value is not { } deleted || alias is null)
            return Outcome<Alias>.Refused(decided.Refusals);

        Delete(session, alias, deleted, place!.Value, actor);
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Alias>.Accepted(Alias.Apply(alias.State, deleted)!)
            : Outcome<Alias>.Refused(Concurrency.Refusal("aliasId"));
    }

    internal static void Delete(IDocumentSession session, Loaded<Alias> alias, AliasDeleted deleted, SubtreePath place, Actor actor)
    {
        session.Events.Append(deleted.Alias.Value, alias.Version + 1, deleted);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.AliasDeleted, deleted.Alias.Value, place, Before: new { alias.State.Address, alias.State.Targets, alias.State.IsForward }), deleted.At);
    }
}
