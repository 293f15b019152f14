using FluentValidation;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Mailboxes;

public sealed record SetMailboxPassword(CustomerId CustomerId, MailboxId MailboxId, string Password);

internal sealed class SetMailboxPasswordValidator : AbstractValidator<SetMailboxPassword>
{
    public SetMailboxPasswordValidator() => RuleFor(c => c.Password).IsStrongPassword(_ => null);
}

public sealed class SetMailboxPasswordHandler(TenantSessions sessions, SealedCommands commands, TimeProvider clock)
{
    private readonly SetMailboxPasswordValidator _validator = new();

    public static Outcome<MailboxPasswordSet> Decide(
        SubtreePath? place, Mailbox? mailbox, SetMailboxPassword command, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.SetMailboxPassword, mailbox is { IsDeleted: false } ? place : null, "mailboxId", "mailbox") is { } refusal)
            return Outcome<MailboxPasswordSet>.Refused(refusal);
        return PasswordPolicy.FindFault(command.Password, mailbox!.LocalPart) is { } fault
            ? Outcome<MailboxPasswordSet>.Refused(new Refusal(ErrorCode.PasswordTooWeak, "password", fault))
            : Outcome<MailboxPasswordSet>.Accepted(new MailboxPasswordSet(mailbox.Id, actor.Login, now));
    }

    public async Task<Outcome<Mailbox>> HandleAsync(SetMailboxPassword command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Mailbox>.Refused(refusals);

        string hash = PasswordHash.Create(command.Password); // costly on purpose, so before the transaction
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.MailboxId, cancellationToken);
        Loaded<Mailbox>? mailbox = await session.FoldStreamAsync<Mailbox>(command.MailboxId.Value, cancellationToken);
        Outcome<MailboxPasswordSet> decided = Decide(place, mailbox?.State, command, actor, clock.GetUtcNow());
        if (decided.Value is not { } set || mailbox is null)
            return Outcome<Mailbox>.Refused(decided.Refusals);

        session.Events.Append(mailbox.State.Id.Value, mailbox.Version + 1, set);
        commands.QueuePassword(session, mailbox.State.Id, mailbox.Version + 1, hash);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.MailboxPasswordSet, set.Mailbox.Value, place!.Value), set.At);
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Mailbox>.Accepted(mailbox.State)
            : Outcome<Mailbox>.Refused(Concurrency.Refusal("mailboxId"));
    }
}
