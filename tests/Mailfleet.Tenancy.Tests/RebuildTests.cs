using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class RebuildTests
{
    private static readonly string[] Tables = ["reseller", "customer", "domain", "mailbox", "alias"];

    [Fact]
    public async Task ReplayingFromZeroGivesTheSameListsAndFillsAnEmptyCellWithTheSameDirectory()
    {
        await using var postgres = new PostgresFixture();
        string control = await postgres.CreateDatabaseAsync();
        string[] ids;
        string[][] lists;
        string[] directory;
        await using (TenancyHost first = await TenancyHost.StartAsync(postgres, control))
        {
            ids = await LiveThroughItAllAsync(first);
            await first.WaitUntilAppliedAsync(ids);
            lists = await ListsAsync(first);
            directory = await DirectoryAsync(first);
        }

        // The same control database with an empty cell, as after the loss of the old one.
        await using TenancyHost second = await TenancyHost.StartAsync(postgres, control);
        Assert.Empty(await DirectoryAsync(second));
        await second.Get<FleetRebuild>().RebuildAsync(TenancyHost.Soon());
        await second.WaitUntilAppliedAsync(ids);

        Assert.Equal(lists, await ListsAsync(second));
        Assert.Equal(directory, await DirectoryAsync(second));
        Assert.Equal(["0"], await TenancyHost.RowsAsync(second.CellDatabase, "SELECT count(*) FROM directory.credential")); // the cell's own, and its backup's
    }

    private static async Task<string[]> LiveThroughItAllAsync(TenancyHost host)
    {
        Customer customer = await host.CreateCustomerAsync();
        Domain proven = await host.CreateDomainAsync(customer, "kept.example");
        Mailbox kept = await host.CreateMailboxAsync(proven, "kept");
        Mailbox deleted = await host.CreateMailboxAsync(proven, "deleted");
        TenancyHost.Accepted(await host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(customer.Id, deleted.Id), host.Operator, TenancyHost.Soon()));
        TenancyHost.Accepted(await host.Get<SetMailboxPasswordHandler>().HandleAsync(
            new SetMailboxPassword(customer.Id, kept.Id, "another horse"), host.Operator, TenancyHost.Soon()));

        Alias alias = TenancyHost.Accepted(await host.Get<CreateAliasHandler>().HandleAsync(
            new CreateAlias(customer.Id, proven.Id, "info", ["kept@kept.example"], IsForward: false), host.Operator, TenancyHost.Soon()));
        TenancyHost.Accepted(await host.Get<SetAliasTargetsHandler>().HandleAsync(
            new SetAliasTargets(customer.Id, alias.Id, ["x@elsewhere.example"]), host.Operator, TenancyHost.Soon()));

        Domain lost = TenancyHost.Accepted(await host.Get<CreateDomainHandler>().HandleAsync(
            new CreateDomain(customer.Id, "lost.example"), Actor.Visitor, TenancyHost.Soon()));
        Mailbox orphan = await host.CreateMailboxAsync(lost, "orphan");
        host.Clock.Advance(TimeSpan.FromDays(2));
        Customer next = await host.CreateCustomerAsync("Next");
        Domain taken = await host.CreateDomainAsync(next, "lost.example");
        return [customer.Id.Value, proven.Id.Value, kept.Id.Value, deleted.Id.Value, lost.Id.Value, orphan.Id.Value, alias.Id.Value, next.Id.Value, taken.Id.Value];
    }

    private static Task<string[][]> ListsAsync(TenancyHost host) => Task.WhenAll(
        [.. Tables.Select(table => TenancyHost.RowsAsync(host.ControlDatabase, $"SELECT t::text FROM tenancy.{table} t ORDER BY id")),
         TenancyHost.RowsAsync(host.ControlDatabase, "SELECT object_id, kind, cell, version, row, changed_at FROM tenancy.provisioning ORDER BY object_id")]);

    private static Task<string[]> DirectoryAsync(TenancyHost host) => TenancyHost.RowsAsync(
        host.CellDatabase,
        """
        SELECT c.public_id, c.version, c.state, d.public_id, d.version, d.name, d.state, m.public_id, m.version, m.local_part, m.quota_bytes, m.state
        FROM directory.customer c LEFT JOIN directory.domain d ON d.customer_id = c.id LEFT JOIN directory.mailbox m ON m.domain_id = d.id
        WHERE d.id IS NOT NULL ORDER BY 1, 4, 8
        """);
}
