using FluentValidation;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Aliases;

/// <param name="LocalPart">A local part, or <c>*</c> for whatever nobody else has in the domain.</param>
/// <param name="Targets">Addresses here or elsewhere; for a catch-all also <c>*@domain</c>, which makes the domain an alias of another.</param>
/// <param name="IsForward">It is to go before the mailbox of its address. Said aloud, because it takes that mailbox's mail.</param>
public sealed record CreateAlias(CustomerId CustomerId, DomainId DomainId, string LocalPart, IReadOnlyList<string> Targets, bool IsForward);

/// <summary>What a decision about a new alias rests on besides the command; read under the address's lock.</summary>
internal sealed record CreateAliasFacts(SubtreePath? Place, Domain? Domain, AddressHolders Holders, IReadOnlyList<string> Targets, AliasReach Reach);

internal sealed class CreateAliasValidator : AbstractValidator<CreateAlias>
{
    public CreateAliasValidator()
    {
        RuleFor(c => c.LocalPart).IsLocalPart().When(c => c.LocalPart?.Trim() != DesiredAlias.CatchAll);
        RuleFor(c => c.Targets).Custom((targets, context) =>
        {
            if (!AliasTargets.TryParse(context.InstanceToValidate.LocalPart.Trim(), targets, out _, out string? fault))
                context.AddFailure(fault);
        });
    }
}

public sealed class CreateAliasHandler(TenantSessions sessions, TimeProvider clock)
{
    private readonly CreateAliasValidator _validator = new();

    internal static Outcome<AliasCreated> Decide(CreateAliasFacts facts, CreateAlias command, string localPart, AliasId id, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.ManageAliases, facts.Place, "domainId", "domain") is { } refusal)
            return Outcome<AliasCreated>.Refused(refusal);
        if (facts.Domain is not { } domain || domain.Customer != command.CustomerId)
            return Refuse(ErrorCode.NotFound, "domainId", "There is no such domain.");
        if (domain.Stage == DomainStage.Released || domain.IsExpired(now))
            return Refuse(ErrorCode.DomainNotProven, "domainId", "The time to prove this domain is over and its name is free again. Add it once more.");
        if (ReservedNames.IsReserved(localPart))
            return Refuse(ErrorCode.AddressReserved, "localPart", "This name is the mail system's own. Choose another one.");
        if (facts.Holders.Alias is not null)
            return Refuse(ErrorCode.AddressTaken, "localPart", "Another alias has this address. Change what it leads to instead.");
        if (facts.Holders.HasMailbox && !command.IsForward)
            return Refuse(ErrorCode.AddressTaken, "localPart", "A mailbox has this address. To lead its mail elsewhere, make a forward.");
        if (!facts.Holders.HasMailbox && command.IsForward)
            return Refuse(ErrorCode.NotFound, "localPart", "There is no mailbox of this address to forward from.");
        if (AliasRules.FindFault(facts.Reach, "targets") is { } fault)
            return Outcome<AliasCreated>.Refused(fault);

        return Outcome<AliasCreated>.Accepted(new AliasCreated(
            id, domain.Id, domain.Customer, localPart, $"{localPart}@{domain.Name}", facts.Targets, command.IsForward, now));
    }

    public Task<Outcome<Alias>> HandleAsync(CreateAlias command, Actor actor, CancellationToken cancellationToken) =>
        HandleAsync(command, actor, (_, _) => { }, cancellationToken);

    /// <param name="alongside">Runs before the save, in its transaction.</param>
    internal async Task<Outcome<Alias>> HandleAsync(
        CreateAlias command, Actor actor, Action<IDocumentSession, Alias> alongside, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Alias>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        string localPart = command.LocalPart.Trim().ToLowerInvariant();
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        CreateAliasFacts facts = await GatherAsync(session, command, localPart, actor, cancellationToken);
        Outcome<AliasCreated> decided = Decide(facts, command, localPart, AliasId.New(now), actor, now);
        if (decided.Value is not { } created)
            return Outcome<Alias>.Refused(decided.Refusals);

        session.Events.StartStream(created.Alias.Value, created);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.AliasCreated, created.Alias.Value, facts.Place!.Value, After: new { created.Address, created.Targets, created.IsForward }), now);
        Alias alias = EventSourced.Fold<Alias>([created])!;
        alongside(session, alias);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Alias>.Accepted(alias);
    }

    private static async Task<CreateAliasFacts> GatherAsync(
        IDocumentSession session, CreateAlias command, string localPart, Actor actor, CancellationToken cancellationToken)
    {
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.DomainId, cancellationToken);
        var nothing = new CreateAliasFacts(place, null, new AddressHolders(HasMailbox: false, Alias: null), [], AliasReach.Ends);
        if (place is not { } there || !actor.May(Right.ManageAliases, there))
            return nothing; // who may not ask locks nothing

        await AliasGraph.LockAsync(session, command.CustomerId, cancellationToken);
        AddressHolders holders = await AddressBook.LockNameAsync(session, command.DomainId, localPart, cancellationToken);
        if ((await session.FoldStreamAsync<Domain>(command.DomainId.Value, cancellationToken))?.State is not { } domain)
            return nothing;

        if (!AliasTargets.TryParse(localPart, command.Targets, out IReadOnlyList<string>? targets, out string? fault))
            throw new InvalidOperationException($"The validator let pass what is no target: {fault}");
        AliasReach reach = await AliasGraph.FollowAsync(
            session, command.CustomerId, $"{localPart}@{domain.Name}", command.IsForward, targets, cancellationToken);
        return new CreateAliasFacts(place, domain, holders, targets, reach);
    }

    private static Outcome<AliasCreated> Refuse(ErrorCode code, string field, string message) =>
        Outcome<AliasCreated>.Refused(new Refusal(code, field, message));
}
