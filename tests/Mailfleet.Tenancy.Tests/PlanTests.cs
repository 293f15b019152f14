using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class PlanTests
{
    [Fact]
    public async Task APlanChangeReachesItsHeirsAndLeavesWhatIsPinned()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        PlanRow basic = await PlanAsync(host, "Basic", null, new PlanTerms { MaxMailboxes = 5, MaxDomains = 2, MailboxQuotaBytes = 1000 });
        PlanRow gold = await PlanAsync(host, "Gold", basic.Id, new PlanTerms { MaxMailboxes = 50 });
        Customer plain = await host.CreateCustomerAsync("Plain");
        Customer special = await host.CreateCustomerAsync("Special");
        Customer limited = await host.CreateCustomerAsync("Limited");
        await SetAsync(host, plain, gold.Id, null);
        SetCustomerPlanResult pinned = await SetAsync(host, special, gold.Id, new PlanTerms { MaxDomains = 9, TrialDays = 99 });
        Assert.Equal((50, 9, 99, 14), (pinned.Terms.MaxMailboxes, pinned.Terms.MaxDomains, pinned.Terms.TrialDays, pinned.Terms.PastDueDays));
        await SetAsync(host, limited, gold.Id, null);
        TenancyHost.Accepted(await host.Get<SetPoolLimitHandler>().HandleAsync(new SetPoolLimit(NodeId.Of(limited.Id), PoolKind.Mailboxes, 7), host.Operator, TenancyHost.Soon()));
        Assert.Equal(["Limited|2|7", "Plain|2|50", "Special|9|50"], await LimitsAsync(host));

        TenancyHost.Accepted(await host.Get<ChangePlanHandler>().HandleAsync(
            new ChangePlan(basic.Id, new PlanTerms { MaxMailboxes = 6, MaxDomains = 3 }), host.Operator, TenancyHost.Soon()));
        Assert.Equal(["Limited|3|7", "Plain|3|50", "Special|9|50"], await LimitsAsync(host));

        // Another plan keeps what is pinned, too; and the pinned limit taken away, the plan's is back.
        await SetAsync(host, special, basic.Id, null);
        await SetAsync(host, limited, basic.Id, null);
        Assert.Equal(["Limited|3|7", "Plain|3|50", "Special|9|6"], await LimitsAsync(host));
        TenancyHost.Accepted(await host.Get<SetPoolLimitHandler>().HandleAsync(new SetPoolLimit(NodeId.Of(limited.Id), PoolKind.Mailboxes, null), host.Operator, TenancyHost.Soon()));
        await SetAsync(host, special, null, PlanTerms.Nothing);
        Assert.Equal(["Limited|3|6", "Plain|3|50", "Special|3|6"], await LimitsAsync(host));
    }

    [Fact]
    public async Task APlanGivesQuotaAndIsHeldToItsLimits()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        PlanRow small = await PlanAsync(host, "Small", null, new PlanTerms { MaxMailboxes = 1, MailboxQuotaBytes = 1234 });
        Customer customer = await host.CreateCustomerAsync();
        await SetAsync(host, customer, small.Id, null);
        Domain domain = await host.CreateDomainAsync(customer, "small.example");
        Assert.Equal(1234, (await host.CreateMailboxAsync(domain, "a")).QuotaBytes);
        Outcome<Mailbox> more = await host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(customer.Id, domain.Id, "b", "correct horse", null), host.Operator, TenancyHost.Soon());
        Assert.Equal(ErrorCode.MailboxLimitReached, Assert.Single(more.Refusals).Code);
    }

    [Fact]
    public async Task PlansPromiseNoMoreThanTheirResellerMay()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Reseller seller = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Seller", null), host.Operator, TenancyHost.Soon()));
        TenancyHost.Accepted(await host.Get<SetPoolLimitHandler>().HandleAsync(new SetPoolLimit(NodeId.Of(seller.Id), PoolKind.Mailboxes, 10), host.Operator, TenancyHost.Soon()));
        PlanRow plan = await PlanAsync(host, "Six", null, new PlanTerms { MaxMailboxes = 5 });
        var owner = Actor.Of("owner", Role.ResellerOwner, seller.Path);
        Customer[] customers =
        [
            TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer("A", null), owner, TenancyHost.Soon())),
            TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer("B", null), owner, TenancyHost.Soon())),
        ];
        foreach (Customer customer in customers)
            TenancyHost.Accepted(await host.Get<SetCustomerPlanHandler>().HandleAsync(new SetCustomerPlan(customer.Id, plan.Id, null), owner, TenancyHost.Soon()));
        Outcome<PlanRow> raised = await host.Get<ChangePlanHandler>().HandleAsync(new ChangePlan(plan.Id, new PlanTerms { MaxMailboxes = 6 }), host.Operator, TenancyHost.Soon());
        Assert.Equal(ErrorCode.LimitOvercommitted, Assert.Single(raised.Refusals).Code);
        Assert.Equal(["5", "5"], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT quantity FROM tenancy.pool WHERE from_plan"));
        Outcome<SetCustomerPlanResult> pinned = await host.Get<SetCustomerPlanHandler>().HandleAsync(
            new SetCustomerPlan(customers[0].Id, null, new PlanTerms { MaxMailboxes = 6 }), owner, TenancyHost.Soon());
        Assert.Equal(ErrorCode.LimitOvercommitted, Assert.Single(pinned.Refusals).Code);
    }

    [Fact]
    public async Task PlansOfOthersAreNotThere()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Reseller mine = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Mine", null), host.Operator, TenancyHost.Soon()));
        Reseller other = TenancyHost.Accepted(await host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller("Other", null), host.Operator, TenancyHost.Soon()));
        var owner = Actor.Of("owner", Role.ResellerOwner, mine.Path);
        PlanRow theirs = TenancyHost.Accepted(await host.Get<CreatePlanHandler>().HandleAsync(new CreatePlan("Theirs", other.Id, null, PlanTerms.Nothing), host.Operator, TenancyHost.Soon()));
        PlanRow everybodys = await PlanAsync(host, "Everybody's", null, PlanTerms.Nothing);
        Customer customer = TenancyHost.Accepted(await host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer("A", null), owner, TenancyHost.Soon()));

        Assert.Equal(ErrorCode.NotFound, Assert.Single((await host.Get<SetCustomerPlanHandler>().HandleAsync(
            new SetCustomerPlan(customer.Id, theirs.Id, null), owner, TenancyHost.Soon())).Refusals).Code);
        TenancyHost.Accepted(await host.Get<SetCustomerPlanHandler>().HandleAsync(new SetCustomerPlan(customer.Id, everybodys.Id, null), owner, TenancyHost.Soon()));
        Assert.Equal(ErrorCode.NotFound, Assert.Single((await host.Get<ChangePlanHandler>().HandleAsync(
            new ChangePlan(everybodys.Id, PlanTerms.Nothing), owner, TenancyHost.Soon())).Refusals).Code);
        Assert.Equal(ErrorCode.NotFound, Assert.Single((await host.Get<CreatePlanHandler>().HandleAsync(
            new CreatePlan("Heir", null, theirs.Id, PlanTerms.Nothing), owner, TenancyHost.Soon())).Refusals).Code);
        TenancyHost.Accepted(await host.Get<CreatePlanHandler>().HandleAsync(new CreatePlan("Heir", null, everybodys.Id, PlanTerms.Nothing), owner, TenancyHost.Soon()));
        Assert.Equal(ErrorCode.PlanNameTaken, Assert.Single((await host.Get<CreatePlanHandler>().HandleAsync(
            new CreatePlan("Heir", null, null, PlanTerms.Nothing), owner, TenancyHost.Soon())).Refusals).Code);
    }

    private static async Task<PlanRow> PlanAsync(TenancyHost host, string name, PlanId? parent, PlanTerms terms) =>
        TenancyHost.Accepted(await host.Get<CreatePlanHandler>().HandleAsync(new CreatePlan(name, null, parent, terms), host.Operator, TenancyHost.Soon()));

    private static async Task<SetCustomerPlanResult> SetAsync(TenancyHost host, Customer customer, PlanId? plan, PlanTerms? pinned) =>
        TenancyHost.Accepted(await host.Get<SetCustomerPlanHandler>().HandleAsync(new SetCustomerPlan(customer.Id, plan, pinned), host.Operator, TenancyHost.Soon()));

    private static Task<string[]> LimitsAsync(TenancyHost host) => TenancyHost.RowsAsync(
        host.ControlDatabase,
        """
        SELECT c.name, max(p.quantity) FILTER (WHERE p.kind = 2), max(p.quantity) FILTER (WHERE p.kind = 3)
        FROM tenancy.customer c JOIN tenancy.pool p ON p.node_id = c.id GROUP BY 1 ORDER BY 1
        """);
}
