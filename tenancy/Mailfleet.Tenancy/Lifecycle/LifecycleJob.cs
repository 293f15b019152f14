using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Notices;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>
/// Announces and does what time has brought: one step a customer a run. Late, twice or concurrently comes to the same, because each step is decided on the
/// customer's own stream and saved at the version it was decided on.
/// </summary>
internal sealed class LifecycleJob(TenantSessions sessions, LifecycleTable table, CustomerPurge purge, HostNames host, BusinessClock clock) : IJob
{
    private const int PageSize = 100;
    private static readonly Actor Time = Actor.Operator("lifecycle");

    public string Name => "lifecycle";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<CustomerId> page = await table.ReadDueAsync(cursor is null ? null : CustomerId.Parse(cursor), now, PageSize, cancellationToken);
        int done = 0;
        foreach (CustomerId customer in page)
            done += await AdvanceAsync(customer, now, cancellationToken) ? 1 : 0;
        return new JobSlice(page.Count < PageSize ? null : page[^1].Value, done);
    }

    private async Task<bool> AdvanceAsync(CustomerId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenAsync(id, Time, cancellationToken);
        Loaded<Customer>? customer = await session.FoldStreamAsync<Customer>(id.Value, cancellationToken);
        if (customer is null)
            return false;
        PlanTerms terms = await PlanTable.TermsOfAsync(session, id, cancellationToken);
        IReadOnlyList<object> due = LifecycleRules.Due(customer.State, terms, now);
        if (due is [.., CustomerStageSet { To: CustomerStage.Purged }])
        {
            await session.DisposeAsync(); // a purge has many transactions of its own
            return await purge.RunAsync(id, Time, cancellationToken);
        }

        foreach (CustomerStageAnnounced announced in due.OfType<CustomerStageAnnounced>())
            await TellAsync(session, customer.State, announced, now, cancellationToken);

        // Somebody else was faster: then it is done, or the next run sees what they made of it.
        return due.Count > 0 && (await LifecycleSave.SaveAsync(session, customer, due, Time, cancellationToken)).IsAccepted;
    }

    private async Task TellAsync(IDocumentSession session, Customer customer, CustomerStageAnnounced announced, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (customer.Cell is not { } cell)
            return;
        IReadOnlyList<string> owners = await NoticeTable.OwnersOfAsync(session, customer.Id, cancellationToken);
        foreach ((int number, string owner) in owners.Index())
            NoticeTable.Put(session, StageNotice.Write(customer, announced, owner, number, host.Host.Value, now), cell, customer.Id, now);
    }
}
