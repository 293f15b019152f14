using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Domains;

/// <summary>Looks for the domain's TXT record now, and makes the domain local when it is there.</summary>
public sealed record ProveDomain(CustomerId CustomerId, DomainId DomainId);

public sealed class ProveDomainHandler(
    TenantSessions sessions, HostNames host, IProofResolver resolver, BusinessClock clock)
{
    /// <param name="facts">Read under the name's lock.</param>
    public static Outcome<DomainProven> Decide(SubtreePath? place, Domain? domain, NameFacts facts, bool isTxtSeen, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.ProveDomain, place, "domainId", "domain") is { } refusal)
            return Outcome<DomainProven>.Refused(refusal);
        if (domain is null)
            return Refuse(ErrorCode.NotFound, "There is no such domain.");
        if (domain.Stage == DomainStage.Released || domain.IsExpired(now) || facts.Claim?.Domain != domain.Id)
            return Refuse(ErrorCode.DomainNotProven, "The time to prove this domain is over and its name is free again. Add it once more.");
        if (facts.HasForeignRelative)
            return Refuse(ErrorCode.DomainTaken, "A domain above or below this name belongs to another customer.");
        return isTxtSeen
            ? Outcome<DomainProven>.Accepted(new DomainProven(domain.Id, DomainProofKind.Txt, actor.Login, now))
            : Refuse(ErrorCode.DomainNotProven, $"The TXT record {domain.ProofName} does not show {domain.ProofValue} at every resolver yet.");
    }

    public async Task<Outcome<Domain>> HandleAsync(ProveDomain command, Actor actor, CancellationToken cancellationToken)
    {
        // DNS first and without a transaction: a slow resolver must hold no lock.
        (SubtreePath? place, Domain? seen) = await ReadAsync(command, actor, cancellationToken);
        if (actor.FindRefusal(Right.ProveDomain, place, "domainId", "domain") is { } refusal)
            return Outcome<Domain>.Refused(refusal); // who may not ask makes us look up nothing
        if (seen?.Stage == DomainStage.Proven)
            return Outcome<Domain>.Accepted(seen);

        bool isTxtSeen = seen is not null && await resolver.IsProvenAsync(seen.ProofName, seen.ProofValue, cancellationToken);

        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        NameFacts? facts = seen is null ? null : await FleetNameClaims.LockAsync(session, seen.Name, host, command.CustomerId, cancellationToken);
        Loaded<Domain>? domain = await session.FoldStreamAsync<Domain>(command.DomainId.Value, cancellationToken);
        if (domain?.State.Stage == DomainStage.Proven)
            return Outcome<Domain>.Accepted(domain.State);

        Outcome<DomainProven> decided = Decide(place, domain?.State, facts ?? new NameFacts(NameKind.Own, null, false), isTxtSeen, actor, now);
        if (decided.Value is not { } proven || domain is null)
            return Outcome<Domain>.Refused(decided.Refusals);

        session.Store(NameClaim.Proven(domain.State.Name, domain.State.Customer, domain.State.Id));
        session.Events.Append(domain.State.Id.Value, domain.Version + 1, proven);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.DomainProven, proven.Domain.Value, place!.Value, After: new { Proof = proven.Kind }), now);
        return await session.TrySaveAsync(cancellationToken)
            ? Outcome<Domain>.Accepted(Domain.Apply(domain.State, proven)!)
            : Outcome<Domain>.Refused(Concurrency.Refusal("domainId"));
    }

    private async Task<(SubtreePath? Place, Domain? Domain)> ReadAsync(ProveDomain command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(command.CustomerId, actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.DomainId, cancellationToken);
        return (place, (await session.FoldStreamAsync<Domain>(command.DomainId.Value, cancellationToken))?.State);
    }

    private static Outcome<DomainProven> Refuse(ErrorCode code, string message) =>
        Outcome<DomainProven>.Refused(new Refusal(code, "domainId", message));
}
