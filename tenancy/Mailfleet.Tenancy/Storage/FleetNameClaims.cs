using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Names;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Who holds which name, across all tenants. A name's facts are read, and its claim is written, only under its lock.</summary>
public static class FleetNameClaims
{
    /// <summary>Locks all names that could conflict until the session's transaction ends, then reads what stands in the way of <paramref name="customer"/>.</summary>
    public static async Task<NameFacts> LockAsync(
        IDocumentSession session, DomainName name, HostNames host, CustomerId customer, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"domain:{host.LockKey(name)}", cancellationToken);

        NameKind kind = host.Classify(name);
        NameClaim? claim = await session.LoadAsync<NameClaim>(name.Value, cancellationToken);
        bool hasForeignRelative = kind == NameKind.Own && await HasForeignRelativeAsync(session, name, host, customer, cancellationToken);
        return new NameFacts(kind, claim, hasForeignRelative);
    }

    /// <summary>Ends an expired claim: its domain, in whichever tenant, is released in the same transaction.</summary>
    public static async Task ReleaseAsync(IDocumentSession session, NameClaim expired, PoolCharge charge, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ReleaseAsync(session, expired.Customer, expired.Domain, "Not proven in time.", charge, now, cancellationToken);
        PersonTable.ReleaseDomain(session, expired.Domain);
    }

    /// <summary>Ends a domain of the session's tenant, proven or not, and frees its name.</summary>
    public static async Task EndAsync(
        IDocumentSession session, Domain domain, HostNames host, string reason, PoolCharge charge, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"domain:{host.LockKey(domain.Name)}", cancellationToken);
        NameClaim? claim = await session.LoadAsync<NameClaim>(domain.Name.Value, cancellationToken);
        if (claim?.Domain == domain.Id)
            session.Delete(claim);
        if (claim is { IsProven: false })
            PersonTable.ReleaseDomain(session, domain.Id);
        await ReleaseAsync(session, domain.Customer, domain.Id, reason, charge, now, cancellationToken);
    }

    /// <summary>Claims that have run out and that nobody has taken over.</summary>
    public static Task<IReadOnlyList<NameClaim>> ReadExpiredAsync(IDocumentSession session, string after, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        session.Query<NameClaim>().Where(c => !c.IsProven && c.ExpiresAt <= now && c.Id.CompareTo(after) > 0).OrderBy(c => c.Id).Take(limit).ToListAsync(cancellationToken);

    private static async Task ReleaseAsync(
        IDocumentSession session, CustomerId customer, DomainId domain, string reason, PoolCharge charge, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ITenantOperations holder = session.ForTenant(customer.Value);
        long version = (await holder.Events.FetchStreamStateAsync(domain.Value, cancellationToken))?.Version
            ?? throw new InvalidOperationException($"{domain} is to be released and has no stream.");
        holder.Events.Append(domain.Value, version + 1, new DomainReleased(domain, reason, now));
        await GiveBackAsync(session, domain, charge, cancellationToken);
    }

    private static async Task GiveBackAsync(IDocumentSession session, DomainId domain, PoolCharge charge, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            SELECT d.path, count(m.id), COALESCE(sum(m.quota_bytes), 0)::bigint
            FROM tenancy.domain d LEFT JOIN tenancy.mailbox m ON m.domain_id = d.id AND m.listed WHERE d.id = $1 AND d.listed GROUP BY d.path
            """)
        {
            Parameters = { new() { Value = domain.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return;

        var place = new SubtreePath(reader.GetString(0));
        charge.Add(place, PoolKind.Domains, -1);
        charge.Add(place, PoolKind.Mailboxes, -reader.GetInt64(1));
        charge.Add(place, PoolKind.Bytes, -reader.GetInt64(2));
    }

    // Free subdomains of the host are everybody's, so they stand in nobody's way.
    private static async Task<bool> HasForeignRelativeAsync(
        IDocumentSession session, DomainName name, HostNames host, CustomerId customer, CancellationToken cancellationToken)
    {
        string[] above = [.. name.Ancestors];
        string below = name.Reversed;
        IReadOnlyList<NameClaim> relatives = await session.Query<NameClaim>()
            .Where(c => c.IsProven && c.Id != name.Value && (c.Id.IsOneOf(above) || c.Reversed.StartsWith(below)))
            .ToListAsync(cancellationToken);
        return relatives.Any(c => c.Customer != customer && host.Classify(DomainName.Parse(c.Id)) == NameKind.Own);
    }
}
