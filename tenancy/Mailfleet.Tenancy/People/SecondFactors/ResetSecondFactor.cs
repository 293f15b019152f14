using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>Somebody who manages people takes the second factor off a person who has lost phone and paper. Their sessions end.</summary>
public sealed record ResetSecondFactor(PersonId PersonId);

public sealed class ResetSecondFactorHandler(TenantSessions sessions, TimeProvider clock)
{
    public async Task<Outcome<PersonRow>> HandleAsync(ResetSecondFactor command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        PersonRow? person = await PersonTable.LockAsync(session, command.PersonId, cancellationToken);
        if (PersonRules.FindRefusal(actor, person) is { } refusal)
            return Outcome<PersonRow>.Refused(refusal);
        if (!person!.HasSecondFactor)
            return Outcome<PersonRow>.Accepted(person);

        SecondFactorTable.Remove(session, person.Id);
        SessionTable.DeleteAll(session, person.Id);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.SecondFactorRemoved, person.Id.Value, person.Path), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<PersonRow>.Accepted(person with { HasSecondFactor = false });
    }
}
