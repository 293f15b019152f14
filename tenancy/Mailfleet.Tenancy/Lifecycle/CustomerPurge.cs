using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>
/// Ends a customer: its mailboxes, its domains, then, once the cell says that it holds none of their mail any more, the customer itself, with a receipt.
/// Every step is a transaction of its own and can be repeated, so a purge that was killed goes on where it was.
/// </summary>
internal sealed class CustomerPurge(TenantSessions sessions, LifecycleTable table, ProvisioningTable provisioning, CellLinks cells, HostNames host, BusinessClock clock)
{
    private const int PageSize = 100; // a transaction of a second or so

    /// <summary>Goes on as far as it can now. Whether it has changed anything.</summary>
    public async Task<bool> RunAsync(CustomerId id, Actor actor, CancellationToken cancellationToken)
    {
        bool hasChanged = false;
        while (await table.MailboxesOfAsync(id, PageSize, cancellationToken) is { Count: > 0 } mailboxes)
        {
            await DeleteAsync(id, mailboxes, actor, cancellationToken);
            hasChanged = true;
        }

        while (await table.DomainsOfAsync(id, PageSize, cancellationToken) is { Count: > 0 } domains)
        {
            foreach (DomainId domain in domains)
                await ReleaseAsync(id, domain, actor, cancellationToken);
            hasChanged = true;
        }

        return await FinishAsync(id, actor, cancellationToken) || hasChanged;
    }

    private async Task DeleteAsync(CustomerId id, IReadOnlyList<MailboxId> mailboxes, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(id, actor, cancellationToken);
        PoolCharge charge = new();
        foreach (MailboxId mailbox in mailboxes)
        {
            Loaded<Mailbox> held = await session.FoldStreamAsync<Mailbox>(mailbox.Value, cancellationToken)
                ?? throw new InvalidOperationException($"{mailbox} has no stream.");
            SubtreePath place = await FleetPlaces.FindAsync(session, mailbox, cancellationToken) ?? throw new InvalidOperationException($"{mailbox} stands nowhere.");
            DeleteMailboxHandler.Queue(session, held, place, new MailboxDeleted(mailbox, actor.Login, now), actor);
            if (await FleetPlaces.IsListedAsync(session, mailbox, cancellationToken))
                charge.RemoveMailbox(place, held.State.QuotaBytes);
        }

        await PoolTable.SettleAsync(session, charge, actor, cancellationToken);
        await session.TrySaveAsync(cancellationToken); // who was faster with one of them has done it; the caller looks again
    }

    private async Task ReleaseAsync(CustomerId id, DomainId domainId, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenAsync(id, actor, cancellationToken);
        Domain domain = (await session.FoldStreamAsync<Domain>(domainId.Value, cancellationToken))?.State ?? throw new InvalidOperationException($"{domainId} has no stream.");
        PoolCharge charge = new();
        await FleetNameClaims.EndAsync(session, domain, host, "The customer was purged.", charge, now, cancellationToken);
        await PoolTable.SettleAsync(session, charge, actor, cancellationToken);
        await session.TrySaveAsync(cancellationToken);
    }

    // The cell is asked last and outside of any transaction: it may be away, and then the next run asks again.
    private async Task<bool> FinishAsync(CustomerId id, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> mailboxes = await table.AllMailboxesOfAsync(id, cancellationToken);
        if (await provisioning.CountAppliedAsync(mailboxes, cancellationToken) < mailboxes.Count)
            return false;
        await using IDocumentSession session = await sessions.OpenAsync(id, actor, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(id.Value, cancellationToken);
        if (customer?.State is not { Cell: { } cell } || !cells.ByName.TryGetValue(cell, out ICellLink? link))
            return false;
        foreach (string[] some in mailboxes.Chunk(PageSize * 10))
        {
            if ((await link.ReadUsedBytesAsync(some, cancellationToken)).Values.Any(used => used > 0))
                return false;
        }

        DateTimeOffset now = clock.GetUtcNow();
        PlanTerms terms = await PlanTable.TermsOfAsync(session, id, cancellationToken);
        if (LifecycleRules.Due(customer.State, terms, now) is not [.., CustomerStageSet { To: CustomerStage.Purged } last] due)
            return false; // held or let go on meanwhile
        CustomerPurged receipt = new(id, await table.CountDomainsEverAsync(id, cancellationToken), mailboxes.Count, now);
        LifecycleSave.Queue(session, customer, due, actor);
        session.Events.Append(id.Value, customer.Version + due.Count + 1, receipt);
        PersonTable.RemoveAllOf(session, customer.State.Path);
        PoolCharge charge = new();
        charge.Add(customer.State.Path, PoolKind.Customers, -1);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.CustomerPurged, id.Value, customer.State.Path, After: new { receipt.Domains, receipt.Mailboxes, last.At }), now);
        await PoolTable.SettleAsync(session, charge, actor, cancellationToken);
        return await session.TrySaveAsync(cancellationToken);
    }
}
