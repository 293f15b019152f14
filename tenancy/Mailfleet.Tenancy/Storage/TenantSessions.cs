using Mailfleet.Tenancy.Contracts;
using Marten;
using Marten.Services;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>
/// The only place sessions come from. A session sees one tenant's streams and documents, and runs in one transaction from its first statement,
/// so that locks and facts hold until the save; disposing without a save undoes everything.
/// </summary>
public sealed class TenantSessions(IDocumentStore store)
{
    public Task<IDocumentSession> OpenAsync(CustomerId tenant, Actor actor, CancellationToken cancellationToken) =>
        OpenAsync(store.LightweightSession(tenant.Value), actor, cancellationToken);

    /// <summary>For the reseller tree, which is above all tenants.</summary>
    public Task<IDocumentSession> OpenTreeAsync(Actor actor, CancellationToken cancellationToken) =>
        OpenAsync(store.LightweightSession(), actor, cancellationToken);

    /// <summary>Reads and writes inside a transaction of the caller, who commits it. For work on the fleet as a whole.</summary>
    internal IDocumentSession OpenFleet(NpgsqlTransaction transaction) => store.LightweightSession(SessionOptions.ForTransaction(transaction));

    private static async Task<IDocumentSession> OpenAsync(IDocumentSession session, Actor actor, CancellationToken cancellationToken)
    {
        session.LastModifiedBy = actor.Login;
        await session.BeginTransactionAsync(cancellationToken);
        return session;
    }
}
