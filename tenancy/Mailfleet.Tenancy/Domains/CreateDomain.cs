using System.Buffers.Text;
using System.Security.Cryptography;
using FluentValidation;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Domains;

public sealed record CreateDomain(CustomerId CustomerId, string Name);

/// <summary>The first events of a domain's stream; null where the proof is still to come.</summary>
public sealed record CreateDomainStart(DomainAdded Added, DomainProven? Proven);

/// <summary>What a decision about a new domain rests on besides the command.</summary>
/// <param name="ProofValue">Random value for its TXT record.</param>
public sealed record CreateDomainFacts(DomainId Id, DomainName Name, NameFacts Facts, string ProofValue, DateTimeOffset ReservedUntil);

internal sealed class CreateDomainValidator : AbstractValidator<CreateDomain>
{
    public CreateDomainValidator() => RuleFor(c => c.Name).IsDomainName();
}

public sealed class CreateDomainHandler(TenantSessions sessions, HostNames host, TenancyOptions options, BusinessClock clock)
{
    private readonly CreateDomainValidator _validator = new();

    // An expired claim counts as free, the customer's own too: the new domain takes the name over and the old object is released.
    public static Outcome<CreateDomainStart> Decide(Customer? customer, CreateDomainFacts facts, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.CreateDomain, customer?.Path, "customerId", "customer") is { } refusal)
            return Outcome<CreateDomainStart>.Refused(refusal);
        if (facts.Facts.Kind == NameKind.Reserved)
            return Refuse(ErrorCode.DomainReserved, "name", "This name is reserved. Choose another one.");
        if (facts.Facts.Claim?.IsLive(now) == true)
            return Refuse(ErrorCode.DomainTaken, "name", "This domain name is taken.");
        if (facts.Facts.HasForeignRelative)
            return Refuse(ErrorCode.DomainTaken, "name", "A domain above or below this name belongs to another customer.");

        bool isVouched = actor.May(Right.VouchForDomain, customer!.Path) || facts.Facts.Kind == NameKind.FreeSubdomain;
        return Outcome<CreateDomainStart>.Accepted(new CreateDomainStart(
            new DomainAdded(facts.Id, customer!.Id, facts.Name.Value, facts.ProofValue, isVouched ? null : facts.ReservedUntil, now),
            isVouched ? new DomainProven(facts.Id, DomainProofKind.Vouched, actor.Login, now) : null));
    }

    public Task<Outcome<Domain>> HandleAsync(CreateDomain command, Actor actor, CancellationToken cancellationToken) =>
        HandleAsync(command, actor, (_, _) => { }, cancellationToken);

    /// <param name="alongside">Runs before the save, in its transaction.</param>
    internal async Task<Outcome<Domain>> HandleAsync(
        CreateDomain command, Actor actor, Action<IDocumentSession, Domain> alongside, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<Domain>.Refused(refusals);

        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(command.CustomerId.Value, cancellationToken);
        CreateDomainFacts facts = await GatherAsync(session, command.CustomerId, DomainName.Parse(command.Name), now, cancellationToken);
        Outcome<CreateDomainStart> decided = Decide(customer?.State, facts, actor, now);
        if (decided.Value is not { } start)
            return Outcome<Domain>.Refused(decided.Refusals);

        PoolCharge charge = new();
        Domain domain = await StartAsync(session, facts, start, customer!.State.Path, charge, actor, cancellationToken);
        alongside(session, domain);
        if (await PoolTable.SettleAsync(session, charge, actor, cancellationToken) is { } full)
            return Outcome<Domain>.Refused(full);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<Domain>.Accepted(domain);
    }

    /// <summary>Locks the name for the session's transaction; take no lock of the customer's objects after it.</summary>
    internal async Task<CreateDomainFacts> GatherAsync(
        IDocumentSession session, CustomerId customer, DomainName name, DateTimeOffset now, CancellationToken cancellationToken) => new(
            DomainId.New(now),
            name,
            await FleetNameClaims.LockAsync(session, name, host, customer, cancellationToken),
            $"mailfleet-verify={Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))}",
            now + options.ClaimLifetime);

    /// <param name="customer">The customer's place.</param>
    internal static async Task<Domain> StartAsync(
        IDocumentSession session, CreateDomainFacts facts, CreateDomainStart start, SubtreePath customer, PoolCharge charge, Actor actor,
        CancellationToken cancellationToken)
    {
        DomainAdded added = start.Added;
        charge.Add(customer.Child(added.Domain), PoolKind.Domains, 1);
        if (facts.Facts.Claim is { } expired)
            await FleetNameClaims.ReleaseAsync(session, expired, charge, added.At, cancellationToken);

        session.Store(start.Proven is null
            ? NameClaim.Pending(facts.Name, added.Customer, added.Domain, facts.ReservedUntil)
            : NameClaim.Proven(facts.Name, added.Customer, added.Domain));
        object[] changes = start.Proven is null ? [added] : [added, start.Proven];
        session.Events.StartStream(added.Domain.Value, changes);
        AuditTrail.Record(
            session, actor,
            new AuditChange(AuditAction.DomainCreated, added.Domain.Value, customer.Child(added.Domain), After: new { added.Name, added.Customer, Proof = start.Proven?.Kind }),
            added.At);
        return EventSourced.Fold<Domain>(changes)!;
    }

    private static Outcome<CreateDomainStart> Refuse(ErrorCode code, string field, string message) =>
        Outcome<CreateDomainStart>.Refused(new Refusal(code, field, message));
}
