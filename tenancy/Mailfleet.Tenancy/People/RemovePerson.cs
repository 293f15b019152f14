using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>Takes a person's account away; their sessions end and the log-in is free.</summary>
public sealed record RemovePerson(PersonId PersonId);

public sealed class RemovePersonHandler(TenantSessions sessions, TimeProvider clock)
{
    public async Task<Outcome<PersonRow>> HandleAsync(RemovePerson command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        PersonRow? person = await PersonTable.LockAsync(session, command.PersonId, cancellationToken);
        if (PersonRules.FindRefusal(actor, person) is { } refusal)
            return Outcome<PersonRow>.Refused(refusal);

        PersonTable.Remove(session, person!.Id);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.PersonRemoved, person.Id.Value, person.Path, new { person.Node, person.Role, person.Login, person.Name }),
            clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<PersonRow>.Accepted(person);
    }
}
