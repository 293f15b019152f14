using JasperFx.Events;
using Mailfleet.Tenancy.Provisioning;
using Marten;
using Marten.Linq;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>
/// Makes the flat tables and the desired state of every cell anew from the events alone. The pumps then send all of it again, which fills an empty cell
/// and changes nothing in one that has it. Passwords that wait for a cell stay; those the cell has are the cell's own and its backup's.
/// </summary>
public sealed class FleetRebuild
{
    private const int PageSize = 1000; // bounds memory; a page is one round trip to read and one to write

    private readonly NpgsqlDataSource _database;
    private readonly TenantSessions _sessions;
    private readonly ProvisioningSignal _signal;

    internal FleetRebuild(NpgsqlDataSource database, TenantSessions sessions, ProvisioningSignal signal) =>
        (_database, _sessions, _signal) = (database, sessions, signal);

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);

        // TRUNCATE waits for writers under way and holds the later ones back, so no event is missed and none is applied twice.
        await using (NpgsqlCommand truncate = new(
            "TRUNCATE tenancy.reseller, tenancy.customer, tenancy.domain, tenancy.mailbox, tenancy.alias, tenancy.provisioning", connection, transaction))
            await truncate.ExecuteNonQueryAsync(cancellationToken);

        long last = 0;
        while (await ApplyPageAsync(transaction, last, cancellationToken) is { } sequence)
            last = sequence;
        await transaction.CommitAsync(cancellationToken);
        _signal.Wake();
    }

    /// <summary>Applies the page after a sequence and returns its last one; null at the end.</summary>
    private async Task<long?> ApplyPageAsync(NpgsqlTransaction transaction, long after, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = _sessions.OpenFleet(transaction);
        IReadOnlyList<IEvent> events = await session.Events.QueryAllRawEvents()
            .Where(e => e.AnyTenant() && e.Sequence > after)
            .OrderBy(e => e.Sequence)
            .Take(PageSize)
            .ToListAsync(cancellationToken);
        if (events.Count == 0)
            return null;

        foreach (IEvent change in events)
        {
            ListProjection.Apply(session, change.Data);
            ProvisioningProjection.Apply(session, change.Data, change.Version);
        }

        await session.SaveChangesAsync(cancellationToken);
        return events[^1].Sequence;
    }
}
