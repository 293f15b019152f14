using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>Gives a person another role at the same node. It holds from their next request on.</summary>
public sealed record SetPersonRole(PersonId PersonId, Role Role);

public sealed class SetPersonRoleHandler(TenantSessions sessions, TimeProvider clock)
{
    public static Outcome<PersonRow> Decide(PersonRow? person, SetPersonRole command, Actor actor) =>
        (PersonRules.FindRefusal(actor, person) ?? PersonRules.FindRefusal(actor, command.Role, person!.Node, person.Path)) is { } refusal
            ? Outcome<PersonRow>.Refused(refusal)
            : Outcome<PersonRow>.Accepted(person! with { Role = command.Role });

    public async Task<Outcome<PersonRow>> HandleAsync(SetPersonRole command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        PersonRow? before = await PersonTable.LockAsync(session, command.PersonId, cancellationToken);
        Outcome<PersonRow> decided = Decide(before, command, actor);
        if (decided.Value is not { } after || before is null || after.Role == before.Role)
            return decided;

        PersonTable.SetRole(session, after.Id, after.Role);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.PersonRoleSet, after.Id.Value, after.Path, new { before.Role }, new { after.Role }), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return decided;
    }
}
