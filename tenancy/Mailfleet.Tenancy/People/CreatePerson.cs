using FluentValidation;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <param name="Password">Null: the person is sent a link and chooses one.</param>
public sealed record CreatePerson(NodeId NodeId, Role Role, string Login, string Name, string? Password);

/// <param name="LinkToken">Opens the page where the password is chosen; null when it was given.</param>
public sealed record CreatePersonResult(PersonRow Person, string? LinkToken);

internal sealed class CreatePersonValidator : AbstractValidator<CreatePerson>
{
    public CreatePersonValidator()
    {
        RuleFor(c => c.Login).Custom((text, context) =>
        {
            if (!LoginName.TryParse(text, out _, out string? fault))
                context.AddFailure(fault);
        });
        RuleFor(c => c.Name).IsDisplayName();
        RuleFor(c => c.Password!).IsStrongPassword(c => LoginName.TryParse(c.Login, out LoginName login, out _) ? login.LocalPart.Value : null)
            .When(c => c.Password is not null);
    }
}

public sealed class CreatePersonHandler(TenantSessions sessions, TimeProvider clock)
{
    private readonly CreatePersonValidator _validator = new();

    /// <param name="place">Where the node stands; null when there is none.</param>
    public static Outcome<PersonRow> Decide(
        SubtreePath? place, bool isLoginTaken, CreatePerson command, LoginName login, PersonId id, Actor actor, DateTimeOffset now)
    {
        if (PersonRules.FindRefusal(actor, command.Role, command.NodeId, place) is { } refusal)
            return Outcome<PersonRow>.Refused(refusal);
        return isLoginTaken
            ? Outcome<PersonRow>.Refused(new Refusal(ErrorCode.LoginTaken, "login", "Somebody already logs in with this address."))
            : Outcome<PersonRow>.Accepted(new PersonRow(
                id, command.NodeId, place!.Value, command.Role, login.Value, command.Name.Trim(), now, HasPassword: command.Password is not null));
    }

    public async Task<Outcome<CreatePersonResult>> HandleAsync(CreatePerson command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<CreatePersonResult>.Refused(refusals);

        string? hash = command.Password is null ? null : PasswordHash.Create(command.Password); // costly on purpose, so before the transaction
        DateTimeOffset now = clock.GetUtcNow();
        var login = LoginName.Parse(command.Login);
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.NodeId, cancellationToken);
        bool isTaken = await PersonTable.LockLoginAsync(session, login, expired: null, cancellationToken);
        Outcome<PersonRow> decided = Decide(place, isTaken, command, login, PersonId.New(now), actor, now);
        if (decided.Value is not { } person)
            return Outcome<CreatePersonResult>.Refused(decided.Refusals);

        Start(session, person, hash, actor);
        string? link = hash is null ? PasswordLinks.Create(session, person.Id, now) : null;
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<CreatePersonResult>.Accepted(new CreatePersonResult(person, link));
    }

    internal static void Start(IDocumentSession session, PersonRow person, string? hash, Actor actor, DomainId? claimed = null)
    {
        PersonTable.Insert(session, person, hash, claimed);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.PersonCreated, person.Id.Value, person.Path, After: new { person.Node, person.Role, person.Login, person.Name }),
            person.CreatedAt);
    }
}
