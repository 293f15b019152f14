using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.SignUps;

/// <summary>Frees the names of domains that were not proven in time: of sign-ups that nobody finished, and of domains added later.</summary>
internal sealed class UnprovenClaimsJob(TenantSessions sessions, HostNames host, BusinessClock clock) : IJob
{
    private const int PageSize = 50;
    private static readonly Actor Time = Actor.Operator("lifecycle");

    public string Name => "unproven-claims";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<NameClaim> page;
        await using (IDocumentSession reading = await sessions.OpenTreeAsync(Time, cancellationToken))
            page = await FleetNameClaims.ReadExpiredAsync(reading, cursor ?? "", now, PageSize, cancellationToken);
        int done = 0;
        foreach (NameClaim claim in page)
            done += await ReleaseAsync(claim, now, cancellationToken) ? 1 : 0;
        return new JobSlice(page.Count < PageSize ? null : page[^1].Id, done);
    }

    private async Task<bool> ReleaseAsync(NameClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(claim.Customer, Time, cancellationToken);
        var name = DomainName.Parse(claim.Id);
        NameFacts facts = await FleetNameClaims.LockAsync(session, name, host, claim.Customer, cancellationToken);
        if (facts.Claim is not { } held || held.Domain != claim.Domain || held.IsLive(now))
            return false; // proven or taken over meanwhile
        Loaded<Domain>? domain = await session.FoldStreamAsync<Domain>(claim.Domain.Value, cancellationToken);
        if (domain is null)
            return false;
        PoolCharge charge = new();
        await FleetNameClaims.EndAsync(session, domain.State, host, "Not proven in time.", charge, now, cancellationToken);
        await PoolTable.SettleAsync(session, charge, Time, cancellationToken);
        return await session.TrySaveAsync(cancellationToken);
    }
}
