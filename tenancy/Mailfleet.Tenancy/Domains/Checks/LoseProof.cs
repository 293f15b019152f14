using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>
/// Lets a domain go whose mail has gone elsewhere for long: what is sent to it from here then goes where the world sends it. Its people can still log in
/// and read; proven again, it is as before. After thirty days its name is free.
/// </summary>
internal sealed class LoseProofHandler(TenantSessions sessions, HostNames host, BusinessClock clock)
{
    private static readonly TimeSpan NameKept = TimeSpan.FromDays(30);

    /// <summary>Only what was proven by its record can be lost by it; whoever vouched for a domain answers for it.</summary>
    public static DomainProofLost? Decide(Domain domain, DateTimeOffset adriftSince, DateTimeOffset now) =>
        domain is { Stage: DomainStage.Proven, Proof: DomainProofKind.Txt }
            ? new DomainProofLost(domain.Id, $"Its mail has gone elsewhere since {adriftSince:yyyy-MM-dd}, and its proof is not in its DNS any more.", now + NameKept, now)
            : null;

    /// <summary>False when there was nothing to let go, or somebody changed the domain at the same moment.</summary>
    public async Task<bool> HandleAsync(CustomerId customer, DomainId id, DateTimeOffset adriftSince, CancellationToken cancellationToken)
    {
        Actor actor = Actor.Operator("domain checks");
        await using IDocumentSession session = await sessions.OpenAsync(customer, actor, cancellationToken);
        if ((await session.FoldStreamAsync<Domain>(id.Value, cancellationToken))?.State is not { } seen)
            return false;
        await FleetNameClaims.LockAsync(session, seen.Name, host, customer, cancellationToken);
        if (await session.FoldStreamAsync<Domain>(id.Value, cancellationToken) is not { } domain || Decide(domain.State, adriftSince, clock.GetUtcNow()) is not { } lost)
            return false;

        session.Store(NameClaim.Pending(domain.State.Name, customer, id, lost.ReservedUntil));
        session.Events.Append(id.Value, domain.Version + 1, lost);
        SubtreePath place = (await FleetPlaces.FindAsync(session, id, cancellationToken))!.Value;
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.DomainProofLost, id.Value, place, After: new { lost.Reason, lost.ReservedUntil }), lost.At);
        return await session.TrySaveAsync(cancellationToken);
    }
}
