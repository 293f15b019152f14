using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>A new link for somebody who lost the invitation or the password. The old password works until a new one is chosen.</summary>
public sealed record CreatePasswordLink(PersonId PersonId);

/// <param name="LinkToken">Opens the page where the password is chosen.</param>
public sealed record CreatePasswordLinkResult(PersonRow Person, string LinkToken);

public sealed class CreatePasswordLinkHandler(TenantSessions sessions, TimeProvider clock)
{
    public async Task<Outcome<CreatePasswordLinkResult>> HandleAsync(CreatePasswordLink command, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        PersonRow? person = await PersonTable.LockAsync(session, command.PersonId, cancellationToken);
        if (PersonRules.FindRefusal(actor, person) is { } refusal)
            return Outcome<CreatePasswordLinkResult>.Refused(refusal);

        string token = PasswordLinks.Create(session, person!.Id, now);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.PasswordLinkCreated, person.Id.Value, person.Path), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<CreatePasswordLinkResult>.Accepted(new CreatePasswordLinkResult(person, token));
    }
}
