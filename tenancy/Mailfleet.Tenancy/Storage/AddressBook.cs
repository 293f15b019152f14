using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Which local parts of a domain are in use.</summary>
public static class AddressBook
{
    /// <summary>Locks the address until the session's transaction ends and says whether it is taken. A local part that cannot exist is not.</summary>
    public static async Task<bool> LockAsync(IDocumentSession session, DomainId domain, string localPart, CancellationToken cancellationToken) =>
        LocalPart.TryParse(localPart, out LocalPart local, out _)
        && await LockAsync(session, domain, local, cancellationToken) is not { HasMailbox: false, Alias: null };

    /// <summary>Locks the address until the session's transaction ends and says who has it.</summary>
    internal static Task<AddressHolders> LockAsync(IDocumentSession session, DomainId domain, LocalPart local, CancellationToken cancellationToken) =>
        LockNameAsync(session, domain, local.Value, cancellationToken);

    /// <summary>The same for many at once, in an order that two who do this share; those that somebody has.</summary>
    internal static async Task<HashSet<(DomainId, string)>> LockAllAsync(
        IDocumentSession session, IReadOnlyCollection<(DomainId Domain, string LocalPart)> addresses, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand take = new(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (SELECT DISTINCT key COLLATE "C" AS key FROM unnest($1) AS given (key) ORDER BY 1) AS sorted
            """)
        {
            Parameters = { new() { Value = addresses.Select(address => $"address:{address.Domain}/{address.LocalPart}").ToArray() } },
        })
            await session.ExecuteAsync(take, cancellationToken);

        await using NpgsqlCommand command = new(
            """
            SELECT domain_id, local_part FROM unnest($1, $2) AS given (domain_id, local_part)
            WHERE EXISTS (SELECT FROM tenancy.mailbox m WHERE m.domain_id = given.domain_id AND m.local_part = given.local_part AND m.listed)
                OR EXISTS (SELECT FROM tenancy.alias a WHERE a.domain_id = given.domain_id AND a.local_part = given.local_part AND a.listed)
            """)
        {
            Parameters = { new() { Value = addresses.Select(address => address.Domain.Value).ToArray() }, new() { Value = addresses.Select(address => address.LocalPart).ToArray() } },
        };
        HashSet<(DomainId, string)> taken = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            taken.Add((DomainId.Parse(reader.GetString(0)), reader.GetString(1)));
        return taken;
    }

    /// <param name="name">A local part or <see cref="DesiredAlias.CatchAll"/>.</param>
    internal static async Task<AddressHolders> LockNameAsync(IDocumentSession session, DomainId domain, string name, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"address:{domain}/{name}", cancellationToken);
        await using NpgsqlCommand command = new(
            """
            SELECT EXISTS (SELECT FROM tenancy.mailbox WHERE domain_id = $1 AND local_part = $2 AND listed),
                (SELECT id FROM tenancy.alias WHERE domain_id = $1 AND local_part = $2 AND listed)
            """)
        {
            Parameters = { new() { Value = domain.Value }, new() { Value = name } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new AddressHolders(reader.GetBoolean(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : AliasId.Parse(reader.GetString(1)));
    }
}
