using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

/// <summary>A name has one holder, however many ask at once.</summary>
public sealed class NameClaimTests(NameClaimTests.Shared shared) : IClassFixture<NameClaimTests.Shared>
{
    private TenancyHost Host => shared.Host;

    [Fact]
    public async Task OneOfTwentyWinsAName()
    {
        Customer[] customers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Host.CreateCustomerAsync($"Racer {i}")));
        Outcome<Domain>[] outcomes = await Task.WhenAll(customers.Select(customer => CreateAsync(customer, "race.example", Host.Operator)));

        Domain won = Assert.Single(outcomes, outcome => outcome.IsAccepted).Value!;
        Assert.All(outcomes.Where(outcome => !outcome.IsAccepted), outcome => Assert.Equal(ErrorCode.DomainTaken, outcome.Refusals[0].Code));
        Assert.Equal([$"{won.Id}|{won.Customer}"], await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT id, customer_id FROM tenancy.domain WHERE name = 'race.example'"));
    }

    [Fact]
    public async Task ParentAndChildOfTwoCustomersCannotBothBeProven()
    {
        Customer one = await Host.CreateCustomerAsync("One");
        Customer two = await Host.CreateCustomerAsync("Two");
        for (int round = 0; round < 10; round++)
        {
            Outcome<Domain>[] outcomes = await Task.WhenAll(
                CreateAsync(one, $"family{round}.example", Host.Operator), CreateAsync(two, $"child.family{round}.example", Host.Operator));
            Outcome<Domain> lost = Assert.Single(outcomes, outcome => !outcome.IsAccepted);
            Assert.Equal(ErrorCode.DomainTaken, lost.Refusals[0].Code);
        }
    }

    [Fact]
    public async Task PendingParentAndChildMeetAtTheProof()
    {
        Domain parent = TenancyHost.Accepted(await CreateAsync(await Host.CreateCustomerAsync("Parent"), "pending-family.example", Actor.Visitor));
        Domain child = TenancyHost.Accepted(await CreateAsync(await Host.CreateCustomerAsync("Child"), "a.b.pending-family.example", Actor.Visitor));
        Host.Dns.Published.Add(parent.ProofValue);
        Host.Dns.Published.Add(child.ProofValue);

        Outcome<Domain>[] outcomes = await Task.WhenAll(ProveAsync(parent), ProveAsync(child));
        Assert.Equal(ErrorCode.DomainTaken, Assert.Single(outcomes, outcome => !outcome.IsAccepted).Refusals[0].Code);
    }

    [Fact]
    public async Task ACustomerMayHaveParentAndChild()
    {
        Customer customer = await Host.CreateCustomerAsync("Both");
        Assert.True((await CreateAsync(customer, "both.example", Host.Operator)).IsAccepted);
        Assert.True((await CreateAsync(customer, "sub.both.example", Host.Operator)).IsAccepted);
    }

    [Fact]
    public async Task ANameThatOnlyLooksRelatedIsNot()
    {
        Assert.True((await CreateAsync(await Host.CreateCustomerAsync("A"), "lookalike.example", Host.Operator)).IsAccepted);
        Assert.True((await CreateAsync(await Host.CreateCustomerAsync("B"), "notlookalike.example", Host.Operator)).IsAccepted);
    }

    [Fact]
    public async Task FreeSubdomainsStandInNobodysWay()
    {
        Assert.True((await CreateAsync(await Host.CreateCustomerAsync("A"), "a.mailfleet.test", Actor.Visitor)).IsAccepted);
        Assert.True((await CreateAsync(await Host.CreateCustomerAsync("B"), "b.mailfleet.test", Actor.Visitor)).IsAccepted);
        Assert.Equal(ErrorCode.DomainTaken, (await CreateAsync(await Host.CreateCustomerAsync("C"), "A.Mailfleet.test", Actor.Visitor)).Refusals[0].Code);
        Assert.Equal(ErrorCode.DomainReserved, (await CreateAsync(await Host.CreateCustomerAsync("D"), "www.mailfleet.test", Actor.Visitor)).Refusals[0].Code);
    }

    [Fact]
    public async Task AnUnprovenNameIsFreeAfterADayAndItsOldDomainReleased()
    {
        // A clock of its own: a day passes.
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Domain old = TenancyHost.Accepted(await CreateAsync(host, await host.CreateCustomerAsync("Slow"), "slow.example", Actor.Visitor));
        await host.CreateMailboxAsync(old, "info");
        Customer next = await host.CreateCustomerAsync("Next");

        host.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCode.DomainTaken, (await CreateAsync(host, next, "slow.example", Actor.Visitor)).Refusals[0].Code);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Domain young = TenancyHost.Accepted(await CreateAsync(host, next, "slow.example", Actor.Visitor));
        await host.WaitUntilAppliedAsync(old.Id.Value, young.Id.Value);

        host.Dns.Published.Add(old.ProofValue);
        host.Dns.Published.Add(young.ProofValue);
        Assert.Equal(ErrorCode.DomainNotProven, (await ProveAsync(host, old)).Refusals[0].Code);
        Assert.True((await ProveAsync(host, young)).IsAccepted);
        await host.WaitUntilAppliedAsync(young.Id.Value);
        Assert.Equal([$"{old.Id}|9", $"{young.Id}|1"], await TenancyHost.RowsAsync(host.CellDatabase, "SELECT public_id, state FROM directory.domain ORDER BY public_id COLLATE \"C\""));
        Assert.Equal([young.Id.Value], await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT id FROM tenancy.domain WHERE listed"));
        Assert.Empty(await TenancyHost.RowsAsync(host.ControlDatabase, "SELECT id FROM tenancy.mailbox WHERE listed"));
    }

    [Fact]
    public async Task ACustomerMayTryAgainAfterItsOwnClaimExpired()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        Domain first = TenancyHost.Accepted(await CreateAsync(host, customer, "again.example", Actor.Visitor));
        host.Clock.Advance(TimeSpan.FromDays(1));
        Domain second = TenancyHost.Accepted(await CreateAsync(host, customer, "again.example", Actor.Visitor));
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.ProofValue, second.ProofValue);
    }

    [Fact]
    public async Task OneOfTwentyWinsAnAddress()
    {
        Domain domain = await Host.CreateDomainAsync(await Host.CreateCustomerAsync("Addresses"), "addresses.example");
        var command = new Mailboxes.CreateMailbox(domain.Customer, domain.Id, "Race", "correct horse", null);
        Outcome<Mailboxes.Mailbox>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => Host.Get<Mailboxes.CreateMailboxHandler>().HandleAsync(command, Host.Operator, TenancyHost.Soon()))));
        Assert.Single(outcomes, outcome => outcome.IsAccepted);
        Assert.All(outcomes.Where(outcome => !outcome.IsAccepted), outcome => Assert.Equal(ErrorCode.AddressTaken, outcome.Refusals[0].Code));
    }

    private Task<Outcome<Domain>> CreateAsync(Customer customer, string name, Actor actor) => CreateAsync(Host, customer, name, actor);

    private Task<Outcome<Domain>> ProveAsync(Domain domain) => ProveAsync(Host, domain);

    private static Task<Outcome<Domain>> CreateAsync(TenancyHost host, Customer customer, string name, Actor actor) =>
        host.Get<CreateDomainHandler>().HandleAsync(new CreateDomain(customer.Id, name), actor, TenancyHost.Soon());

    private static Task<Outcome<Domain>> ProveAsync(TenancyHost host, Domain domain) =>
        host.Get<ProveDomainHandler>().HandleAsync(new ProveDomain(domain.Customer, domain.Id), Actor.Visitor, TenancyHost.Soon());

    public sealed class Shared : IAsyncLifetime
    {
        private readonly PostgresFixture _postgres = new();
        private TenancyHost? _host;

        internal TenancyHost Host => _host!;

        public async ValueTask InitializeAsync() => _host = await TenancyHost.StartAsync(_postgres);

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await _postgres.DisposeAsync();
        }
    }
}
