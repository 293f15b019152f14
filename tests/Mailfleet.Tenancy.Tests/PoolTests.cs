using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class PoolTests
{
    private const long Gigabyte = 1L << 30;

    [Fact]
    public async Task TwentyAtOnceNeverExceedAPoolNearTheRoot()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 2);
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Mailboxes, 7);
        await SetAsync(host, NodeId.Of(domains[0].Customer), PoolKind.Mailboxes, 5);

        Outcome<Mailbox>[] made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => MakeAsync(host, domains[i % 2], $"u{i}")));
        Assert.Equal(7, made.Count(outcome => outcome.IsAccepted));
        Assert.All(made.Where(outcome => !outcome.IsAccepted), outcome => Assert.Equal(ErrorCode.MailboxLimitReached, Assert.Single(outcome.Refusals).Code));
        Assert.InRange(made.Where((_, i) => i % 2 == 0).Count(outcome => outcome.IsAccepted), 0, 5);
        Assert.Equal(["7"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.mailbox WHERE listed"));
        Assert.Empty(await host.Get<FleetPools>().CheckAsync(repair: false, TenancyHost.Soon()));
    }

    [Fact]
    public async Task ALimitSetWhileOthersCreateBeginsWithAllOfThem()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 1);
        Task<Outcome<Mailbox>>[] making = [.. Enumerable.Range(0, 12).Select(i => MakeAsync(host, domains[0], $"u{i}"))];
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Mailboxes, 100);
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Bytes, 1L << 50);
        await Task.WhenAll(making);
        Assert.Equal(
            ["3|12", $"4|{12 * 10 * Gigabyte}"],
            await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT kind, used FROM tenancy.pool ORDER BY kind"));
    }

    [Fact]
    public async Task WhatIsDeletedOrReleasedGivesBack()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 1);
        foreach (PoolKind kind in Enum.GetValues<PoolKind>())
            await SetAsync(host, NodeId.Of(seller.Id), kind, kind == PoolKind.Bytes ? 20 * Gigabyte : 2);

        Mailbox first = await host.CreateMailboxAsync(domains[0], "a");
        await host.CreateMailboxAsync(domains[0], "b");
        Assert.Equal(ErrorCode.MailboxLimitReached, Assert.Single((await MakeAsync(host, domains[0], "c")).Refusals).Code);
        TenancyHost.Accepted(await host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(first.Customer, first.Id), host.Operator, TenancyHost.Soon()));
        Outcome<Mailbox> large = await host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(first.Customer, first.Domain, "large", "correct horse", (10 * Gigabyte) + 1), host.Operator, TenancyHost.Soon());
        Assert.Equal(ErrorCode.StorageLimitReached, Assert.Single(large.Refusals).Code);
        await host.CreateMailboxAsync(domains[0], "c");

        // Another customer's claim that runs out gives its pools back when the name is taken over, mailboxes included; deleting one of them later gives nothing twice.
        var owner = Actor.Of("owner", Role.CustomerOwner, seller.Path.Child(domains[0].Customer));
        Domain claimed = TenancyHost.Accepted(await host.Get<CreateDomainHandler>().HandleAsync(
            new CreateDomain(domains[0].Customer, "late.example"), owner, TenancyHost.Soon()));
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Mailboxes, 3);
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Bytes, 30 * Gigabyte);
        Mailbox waiting = await host.CreateMailboxAsync(claimed, "d");
        host.Clock.Advance(TimeSpan.FromDays(2));
        Customer other = await host.CreateCustomerAsync("Other");
        await host.CreateDomainAsync(other, "late.example");
        Assert.Equal(["1|1", "2|1", "3|2", $"4|{20 * Gigabyte}"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT kind, used FROM tenancy.pool ORDER BY kind"));
        await host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(waiting.Customer, waiting.Id), host.Operator, TenancyHost.Soon());
        Assert.Empty(await host.Get<FleetPools>().CheckAsync(repair: false, TenancyHost.Soon()));
    }

    [Fact]
    public async Task ARefusalNamesThePoolToThoseWhoSeeIt()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 1);
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Domains, 1);
        var command = new CreateDomain(domains[0].Customer, "more.example");
        Refusal toSeller = Assert.Single((await host.Get<CreateDomainHandler>().HandleAsync(
            command, Actor.Of("seller", Role.ResellerOwner, seller.Path), TenancyHost.Soon())).Refusals);
        Refusal toCustomer = Assert.Single((await host.Get<CreateDomainHandler>().HandleAsync(
            command, Actor.Of("owner", Role.CustomerOwner, seller.Path.Child(domains[0].Customer)), TenancyHost.Soon())).Refusals);
        Assert.Equal((ErrorCode.DomainLimitReached, ErrorCode.DomainLimitReached), (toSeller.Code, toCustomer.Code));
        Assert.Contains("Seller", toSeller.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Seller", toCustomer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(seller.Id.Value, toCustomer.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT count(*) FROM tenancy.domain")); // nothing of what was refused stays
    }

    [Fact]
    public async Task ACheckFindsAndRepairsAWrongCounter()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 1);
        await host.CreateMailboxAsync(domains[0], "a");
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Mailboxes, 9);
        await TenancyHost.RowsAsync(host.ControlDatabase, "UPDATE tenancy.pool SET used = 5");
        PoolFault fault = Assert.Single(await host.Get<FleetPools>().CheckAsync(repair: true, TenancyHost.Soon()));
        Assert.Equal(new PoolFault(seller.Id.Value, PoolKind.Mailboxes, 5, 1), fault);
        Assert.Empty(await host.Get<FleetPools>().CheckAsync(repair: false, TenancyHost.Soon()));
    }

    [Fact]
    public async Task ASignUpCountsAsAWhole()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        foreach (PoolKind kind in Enum.GetValues<PoolKind>())
            await SetAsync(host, NodeId.Root, kind, kind == PoolKind.Bytes ? 10 * Gigabyte : 1);
        Outcome<SignUps.SignUpReceipt> first = await SignUpAsync(host, "one");
        Assert.Empty(first.Refusals);
        Assert.Equal((ErrorCode.CustomerLimitReached, "company"), Assert.Single((await SignUpAsync(host, "two")).Refusals) is var refusal ? (refusal.Code, refusal.Field) : default);
        Assert.Equal(["1|1", "2|1", "3|1", $"4|{10 * Gigabyte}"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT kind, used FROM tenancy.pool ORDER BY kind"));
    }

    [Fact]
    public async Task LimitsAreReadAtOnesPlaceAndBelow()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        (Reseller seller, Domain[] domains) = await PlantAsync(host, customers: 2);
        await SetAsync(host, NodeId.Of(seller.Id), PoolKind.Domains, 4);
        var owner = Actor.Of("owner", Role.CustomerOwner, seller.Path.Child(domains[0].Customer));
        IReadOnlyList<Entitlement> own = (await host.Get<FleetPools>().ReadAsync(owner, NodeId.Of(domains[0].Customer), TenancyHost.Soon()))!;
        Entitlement found = own.Single(e => e.Kind == PoolKind.Domains);
        Assert.Equal((null, 4, 2), (found.Limit, found.EffectiveLimit, found.Left));
        Assert.Null(await host.Get<FleetPools>().ReadAsync(owner, NodeId.Of(seller.Id), TenancyHost.Soon()));
        Assert.Null(await host.Get<FleetPools>().ReadAsync(owner, NodeId.Of(domains[1].Customer), TenancyHost.Soon()));
        Assert.Null(await host.Get<FleetPools>().ReadAsync(
            Actor.Of("user", Role.EndUser, owner.Place), NodeId.Of(domains[0].Customer), TenancyHost.Soon()));
    }

    private static async Task<(Reseller Seller, Domain[] Domains)> PlantAsync(TenancyHost host, int customers)
    {
        Reseller seller = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Seller", null), host.Operator, TenancyHost.Soon()));
        List<Domain> domains = [];
        for (int i = 0; i < customers; i++)
        {
            Customer customer = TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer($"C{i}", seller.Id), host.Operator, TenancyHost.Soon()));
            domains.Add(await host.CreateDomainAsync(customer, $"d{i}.example"));
        }

        return (seller, [.. domains]);
    }

    private static async Task SetAsync(TenancyHost host, NodeId node, PoolKind kind, long limit) =>
        TenancyHost.Accepted(await host.Get<SetPoolLimitHandler>().HandleAsync(new SetPoolLimit(node, kind, limit), host.Operator, TenancyHost.Soon()));

    private static Task<Outcome<Mailbox>> MakeAsync(TenancyHost host, Domain domain, string localPart) => host.Get<CreateMailboxHandler>().HandleAsync(
        new CreateMailbox(domain.Customer, domain.Id, localPart, "correct horse", null), host.Operator, TenancyHost.Soon());

    private static Task<Outcome<SignUps.SignUpReceipt>> SignUpAsync(TenancyHost host, string name) => host.Get<SignUps.ISignUps>().SignUpAsync(
        new SignUps.SignUp(name, "trial", $"{name}.{TenancyHost.HostName}", "boss", "correct horse", null, "en"), TenancyHost.Soon());
}
