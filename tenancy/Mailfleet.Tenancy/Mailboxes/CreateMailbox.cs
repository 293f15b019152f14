using FluentValidation;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Mailboxes;

/// <param name="QuotaBytes">Null: what the plan gives.</param>
public sealed record CreateMailbox(CustomerId CustomerId, DomainId DomainId, string LocalPart, string Password, long? QuotaBytes);

/// <summary>The first events of a mailbox's stream.</summary>
public sealed record CreateMailboxStart(MailboxCreated Created, MailboxPasswordSet PasswordSet);

internal sealed class CreateMailboxValidator : AbstractValidator<CreateMailbox>
{
    internal const long MaxQuotaBytes = 1L << 50; // 1 PiB: beyond any cell, far from overflow when pooled

    public CreateMailboxValidator()
    {
        RuleFor(c => c.LocalPart).IsLocalPart();
        RuleFor(c => c.Password).IsStrongPassword(c => c.LocalPart);
        RuleFor(c => c.QuotaBytes).InclusiveBetween(0, MaxQuotaBytes).WithMessage($"The quota has to be between 0 and {MaxQuotaBytes} bytes.");
    }
}

public sealed class CreateMailboxHandler(
    TenantSessions sessions, SealedCommands commands, TenancyOptions options, BusinessClock clock)
{
    private readonly CreateMailboxValidator _validator = new();

    public static Outcome<CreateMailboxStart> Decide(
        SubtreePath? place, Domain? domain, bool isAddressTaken, CreateMailbox command, MailboxId id, long defaultQuotaBytes, Actor actor,
        DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.CreateMailbox, place, "domainId", "domain") is { } refusal)
            return Outcome<CreateMailboxStart>.Refused(refusal);
        if (domain is null || domain.Customer != command.CustomerId)
            return Refuse(ErrorCode.NotFound, "domainId", "There is no such domain.");
        if (domain.Stage == DomainStage.Released || domain.IsExpired(now))
            return Refuse(ErrorCode.DomainNotProven, "domainId", "The time to prove this domain is over and its name is free again. Add it once more.");
        if (ReservedNames.IsReserved(command.LocalPart.Trim().ToLowerInvariant()))
            return Refuse(ErrorCode.AddressReserved, "localPart", "This name is the mail system's own. Choose another one.");
        if (isAddressTaken)
            return Refuse(ErrorCode.AddressTaken, "localPart", "This address is taken.");
        if (!LocalPart.TryParse(command.LocalPart, out LocalPart local, out string? fault))
            return Refuse(ErrorCode.Invalid, "localPart", fault);

        return Outcome<CreateMailboxStart>.Accepted(new CreateMailboxStart(
            new MailboxCreated(
                id, domain.Id, domain.Customer, local.Value, $"{local}@{domain.Name}", command.QuotaBytes ?? defaultQuotaBytes, now),
            new MailboxPasswordSet(id, actor.Login, now)));
    }

    public async Task<Outcome<Mailbox>> HandleAsync(CreateMailbox command, Actor actor, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Mailbox>.Refused(refusals);

        string hash = PasswordHash.Create(command.Password); // costly on purpose, so before the transaction
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.DomainId, cancellationToken);
        bool isTaken = await AddressBook.LockAsync(session, command.DomainId, command.LocalPart, cancellationToken);
        Loaded<Domain>? domain = await session.FoldStreamAsync<Domain>(command.DomainId.Value, cancellationToken);
        Outcome<CreateMailboxStart> decided =
            Decide(place, domain?.State, isTaken, command, MailboxId.New(now), await DefaultQuotaAsync(session, command, cancellationToken), actor, now);
        if (decided.Value is not { } start)
            return Outcome<Mailbox>.Refused(decided.Refusals);

        Mailbox mailbox = Start(session, start, hash, place!.Value, actor);
        PoolCharge charge = new();
        charge.AddMailbox(place.Value, mailbox.QuotaBytes);
        if (await PoolTable.SettleAsync(session, charge, actor, cancellationToken) is { } full)
            return Outcome<Mailbox>.Refused(full);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Mailbox>.Accepted(mailbox);
    }

    private async Task<long> DefaultQuotaAsync(IDocumentSession session, CreateMailbox command, CancellationToken cancellationToken) => command.QuotaBytes
        ?? (await PlanTable.TermsOfAsync(session, command.CustomerId, cancellationToken)).MailboxQuotaBytes ?? options.DefaultQuotaBytes;

    /// <param name="place">The domain's place.</param>
    internal Mailbox Start(IDocumentSession session, CreateMailboxStart start, string hash, SubtreePath place, Actor actor)
    {
        const long version = 2; // both events are in the first save
        session.Events.StartStream(start.Created.Mailbox.Value, start.Created, start.PasswordSet);
        commands.QueuePassword(session, start.Created.Mailbox, version, hash);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.MailboxCreated, start.Created.Mailbox.Value, place, After: new { start.Created.Address, start.Created.QuotaBytes }),
            start.Created.At);
        return EventSourced.Fold<Mailbox>([start.Created, start.PasswordSet])!;
    }

    private static Outcome<CreateMailboxStart> Refuse(ErrorCode code, string field, string message) =>
        Outcome<CreateMailboxStart>.Refused(new Refusal(code, field, message));
}
