using JasperFx;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;
using Marten;

namespace Mailfleet.Tenancy.Tests;

public sealed class TenantIsolationTests
{
    [Fact]
    public async Task ASessionSeesAndChangesNothingOfAnotherTenant()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer one = await host.CreateCustomerAsync("One");
        Customer two = await host.CreateCustomerAsync("Two");
        Domain domain = await host.CreateDomainAsync(two, "two.example");
        Mailbox mailbox = await host.CreateMailboxAsync(domain, "a");
        TenantSessions sessions = host.Get<TenantSessions>();

        await using (IDocumentSession session = await sessions.OpenAsync(one.Id, host.Operator, TenancyHost.Soon()))
        {
            foreach (string stream in new[] { two.Id.Value, domain.Id.Value, mailbox.Id.Value })
            {
                Assert.Empty(await session.Events.FetchStreamAsync(stream, token: TenancyHost.Soon()));
                Assert.Null(await session.Events.FetchStreamStateAsync(stream, TenancyHost.Soon()));
            }

            Assert.Equal(2, await session.Events.QueryAllRawEvents().CountAsync(TenancyHost.Soon())); // its own creation and placement
            session.Events.Append(mailbox.Id.Value, 3, new MailboxDeleted(mailbox.Id, "intruder", host.Clock.GetUtcNow()));
            await Assert.ThrowsAnyAsync<ConcurrencyException>(() => session.SaveChangesAsync(TenancyHost.Soon()));
        }

        Outcome<Mailbox> foreign = await host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(one.Id, mailbox.Id), host.Operator, TenancyHost.Soon());
        Assert.False(foreign.IsAccepted);
        await using IDocumentSession own = await sessions.OpenAsync(two.Id, host.Operator, TenancyHost.Soon());
        Assert.Equal(2, (await own.FoldStreamAsync<Mailbox>(mailbox.Id.Value, TenancyHost.Soon()))!.Version);
    }

    [Fact]
    public async Task EveryDocumentBelongsToATenantUnlessItSaysOtherwise()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        string[] tables = await TenancyHost.RowsAsync(
            host.ControlDatabase,
            """
            SELECT table_name FROM information_schema.tables t
            WHERE table_schema = 'marten' AND table_name <> 'mt_doc_deadletterevent' AND (table_name LIKE 'mt\_doc\_%' OR table_name IN ('mt_events', 'mt_streams')) AND NOT EXISTS (
                SELECT FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'tenant_id')
            ORDER BY 1
            """);
        Assert.Equal(["mt_doc_nameclaim", "mt_doc_signuprecord"], tables);
    }

    [Fact]
    public async Task ListsEndAtTheActorsSubtree()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Reseller mine = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Mine", null), host.Operator, TenancyHost.Soon()));
        Reseller below = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Below", mine.Id), host.Operator, TenancyHost.Soon()));
        var seller = Actor.Of("seller", Role.ResellerOwner, mine.Path);
        Customer own = TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer("Own", null), seller, TenancyHost.Soon()));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1)); // ids sort by the millisecond
        Customer deep = TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer("Deep", below.Id), seller, TenancyHost.Soon()));
        Customer foreign = await host.CreateCustomerAsync("Foreign");
        Domain foreignDomain = await host.CreateDomainAsync(foreign, "foreign.example");
        Mailbox foreignMailbox = await host.CreateMailboxAsync(foreignDomain, "a");
        FleetLists lists = host.Get<FleetLists>();

        Page<CustomerRow> page = await lists.Customers.PageAsync(seller, new PageRequest(10), TextFilter.None, TenancyHost.Soon());
        Assert.Equal([own.Id, deep.Id], page.Rows.Select(row => row.Id));
        Assert.Equal(2, await lists.Customers.CountAsync(seller, TextFilter.None, TenancyHost.Soon()));
        Assert.Equal(3, await lists.Customers.CountAsync(host.Operator, TextFilter.None, TenancyHost.Soon()));
        Assert.Empty((await lists.Domains.PageAsync(seller, new PageRequest(10), TextFilter.None, TenancyHost.Soon())).Rows);
        Assert.Empty((await lists.Domains.PageOfAsync(seller, [foreign.Id], new PageRequest(10), TextFilter.None, TenancyHost.Soon()))[foreign.Id].Rows);
        Assert.Equal(0, (await lists.Mailboxes.CountOfAsync(seller, [foreignDomain.Id], TextFilter.None, TenancyHost.Soon()))[foreignDomain.Id]);
        Assert.Null(await lists.Mailboxes.FindAsync(seller, foreignMailbox.Id, TenancyHost.Soon()));
        Assert.NotNull(await lists.Mailboxes.FindAsync(host.Operator, foreignMailbox.Id, TenancyHost.Soon()));

        Outcome<Customer> above = await host.Get<CreateCustomerHandler>().HandleAsync(
            new CreateCustomer("Above", Tenancy.Contracts.ResellerId.Root), seller, TenancyHost.Soon());
        Assert.False(above.IsAccepted);
    }
}
