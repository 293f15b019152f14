using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>Whoever holds a password link chooses the password. The link works once.</summary>
/// <param name="Source">The client's address, for the audit.</param>
public sealed record ChoosePassword(string LinkToken, string Password, string Source);

public sealed class ChoosePasswordHandler(TenantSessions sessions, FleetPeople people, TimeProvider clock)
{
    public async Task<Outcome<PersonRow>> HandleAsync(ChoosePassword command, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (await people.FindByLinkAsync(command.LinkToken, now, cancellationToken) is not { } found)
            return NotFound;
        if (PasswordPolicy.FindFault(command.Password, LoginName.Parse(found.Login).LocalPart.Value) is { } fault)
            return Outcome<PersonRow>.Refused(new Refusal(ErrorCode.PasswordTooWeak, "password", fault));

        string hash = PasswordHash.Create(command.Password); // costly on purpose, so before the transaction
        Actor actor = Actor.Of(found.Login, found.Role, found.Path) with { Person = found.Id, Source = command.Source };
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);

        // Under the row's lock: of two who use the link at once, one is too late.
        if (await PersonTable.LockAsync(session, found.Id, cancellationToken) is not { } person
            || !await PersonTable.HasLinkAsync(session, person.Id, SecretToken.Hash(command.LinkToken), cancellationToken))
            return NotFound;

        PersonTable.SetPassword(session, person.Id, hash);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.PasswordSet, person.Id.Value, person.Path, After: new { By = "link" }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<PersonRow>.Accepted(person with { HasPassword = true });
    }

    private static Outcome<PersonRow> NotFound { get; } =
        Outcome<PersonRow>.Refused(new Refusal(ErrorCode.NotFound, "linkToken", "This link has been used, was replaced or is too old. Ask for a new one."));
}
