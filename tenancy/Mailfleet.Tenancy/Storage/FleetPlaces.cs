using Mailfleet.Tenancy.Contracts;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>
/// Where an object stands in the tree, read in the session's own transaction; null when there is none. Whether it has been deleted is its stream's affair.
/// </summary>
internal static class FleetPlaces
{
    public static Task<SubtreePath?> FindAsync(IDocumentSession session, ResellerId id, CancellationToken cancellationToken) =>
        ReadAsync(session, "SELECT path FROM tenancy.reseller WHERE id = $1", id.Value, cancellationToken);

    public static Task<SubtreePath?> FindAsync(IDocumentSession session, CustomerId id, CancellationToken cancellationToken) =>
        ReadAsync(session, "SELECT path FROM tenancy.customer WHERE id = $1", id.Value, cancellationToken);

    public static Task<SubtreePath?> FindAsync(IDocumentSession session, DomainId id, CancellationToken cancellationToken) =>
        ReadAsync(session, "SELECT path FROM tenancy.domain WHERE id = $1", id.Value, cancellationToken);

    /// <summary>Many domains in one statement; those that there are not are absent.</summary>
    public static async Task<IReadOnlyDictionary<DomainId, SubtreePath>> FindAsync(
        IDocumentSession session, IReadOnlyCollection<DomainId> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT id, path FROM tenancy.domain WHERE id = ANY ($1)")
        {
            Parameters = { new() { Value = ids.Select(id => id.Value).ToArray() } },
        };
        Dictionary<DomainId, SubtreePath> places = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            places.Add(DomainId.Parse(reader.GetString(0)), new SubtreePath(reader.GetString(1)));
        return places;
    }

    /// <summary>A mailbox stands at its domain's place.</summary>
    public static Task<SubtreePath?> FindAsync(IDocumentSession session, MailboxId id, CancellationToken cancellationToken) =>
        ReadAsync(session, "SELECT path FROM tenancy.mailbox WHERE id = $1", id.Value, cancellationToken);

    /// <summary>An alias stands at its domain's place.</summary>
    public static Task<SubtreePath?> FindAsync(IDocumentSession session, AliasId id, CancellationToken cancellationToken) =>
        ReadAsync(session, "SELECT path FROM tenancy.alias WHERE id = $1", id.Value, cancellationToken);

    public static Task<SubtreePath?> FindAsync(IDocumentSession session, NodeId id, CancellationToken cancellationToken) =>
        CustomerId.TryParse(id.Value, out CustomerId customer) ? FindAsync(session, customer, cancellationToken)
        : DomainId.TryParse(id.Value, out DomainId domain) ? FindAsync(session, domain, cancellationToken)
        : FindAsync(session, ResellerId.Parse(id.Value), cancellationToken);

    /// <summary>Whether lists show it: neither deleted itself nor in a domain that was released.</summary>
    public static async Task<bool> IsListedAsync(IDocumentSession session, MailboxId id, CancellationToken cancellationToken) =>
        await ReadAsync(session, "SELECT path FROM tenancy.mailbox WHERE id = $1 AND listed", id.Value, cancellationToken) is not null;

    private static async Task<SubtreePath?> ReadAsync(IDocumentSession session, string sql, string id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql) { Parameters = { new() { Value = id } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new SubtreePath(reader.GetString(0)) : null;
    }
}
