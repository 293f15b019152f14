using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

/// <summary>Aliases against real databases; each test has a customer and a domain of its own.</summary>
public sealed class AliasTests(AliasFixture fixture) : IClassFixture<AliasFixture>
{
    private TenancyHost Host => fixture.Host;

    [Fact]
    public async Task AnAliasReachesTheCellAsItIsWantedNow()
    {
        Domain domain = await PlantAsync("cell.example");
        Alias alias = await CreateAsync(domain, "Info", "A@Cell.example", "a@cell.example", "x.y@Münch.example");
        Assert.Equal("info@cell.example", alias.Address);
        Assert.Equal(["a@cell.example", "x.y@xn--mnch-0ra.example"], alias.Targets); // canonical, each once
        await Host.WaitUntilAppliedAsync(alias.Id.Value);
        Assert.Equal("info|a@cell.example,x.y@xn--mnch-0ra.example|1", await InCellAsync(alias.Id));

        TenancyHost.Accepted(await SetAsync(alias, "b@cell.example"));
        await Host.WaitUntilAppliedAsync(alias.Id.Value);
        Assert.Equal("info|b@cell.example|1", await InCellAsync(alias.Id));

        TenancyHost.Accepted(await DeleteAsync(alias));
        await Host.WaitUntilAppliedAsync(alias.Id.Value);
        Assert.EndsWith("|9", await InCellAsync(alias.Id), StringComparison.Ordinal);
        await CreateAsync(domain, "info", "a@cell.example"); // the address is free again
    }

    [Fact]
    public async Task MailboxesAndAliasesShareTheirAddressesAndAForwardSaysSo()
    {
        Domain domain = await PlantAsync("shared.example");
        Mailbox mailbox = await Host.CreateMailboxAsync(domain, "ann");
        await CreateAsync(domain, "info", "ann@shared.example");
        AssertRefused(ErrorCode.AddressTaken, "localPart", await TryCreateAsync(domain, "ANN", "b@elsewhere.example"));
        AssertRefused(ErrorCode.AddressTaken, "localPart", await TryCreateAsync(domain, "info", "b@elsewhere.example"));
        AssertRefused(ErrorCode.NotFound, "localPart", await TryCreateAsync(domain, "nobody", true, "b@elsewhere.example"));
        Outcome<Mailbox> taken = await Host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(domain.Customer, domain.Id, "info", "correct horse", null), Host.Operator, TenancyHost.Soon());
        Assert.Equal(ErrorCode.AddressTaken, taken.Refusals.Single().Code);

        Alias forward = TenancyHost.Accepted(await TryCreateAsync(domain, "ann", true, "ann@shared.example", "b@elsewhere.example"));
        TenancyHost.Accepted(await Host.Get<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(domain.Customer, mailbox.Id), Host.Operator, TenancyHost.Soon()));
        Assert.Null(await Host.Get<FleetLists>().Aliases.FindAsync(Host.Operator, forward.Id, TenancyHost.Soon())); // it goes with its mailbox
    }

    [Theory]
    [InlineData("mailer-daemon", "a@x.example", ErrorCode.AddressReserved, "localPart")]
    [InlineData("a b", "a@x.example", ErrorCode.Invalid, "localPart")]
    [InlineData("info", "", ErrorCode.Invalid, "targets")]
    [InlineData("info", "nobody", ErrorCode.Invalid, "targets")]
    [InlineData("info", "a@localhost", ErrorCode.Invalid, "targets")]
    [InlineData("info", "a b@x.example", ErrorCode.Invalid, "targets")]
    [InlineData("info", "a\r\nRCPT@x.example", ErrorCode.Invalid, "targets")]
    [InlineData("info", "*@x.example", ErrorCode.Invalid, "targets")]
    [InlineData("*", "*@x.example,a@x.example", ErrorCode.Invalid, "targets")]
    public async Task RefusesWhatIsNoAddress(string localPart, string targets, ErrorCode code, string field)
    {
        Domain domain = await PlantAsync($"n{Guid.NewGuid():N}.example");
        AssertRefused(code, field, await TryCreateAsync(domain, localPart, targets.Length == 0 ? [] : targets.Split(',')));
    }

    [Fact]
    public async Task RefusesCirclesOfEveryLength()
    {
        Domain domain = await PlantAsync("circle.example");
        await Host.CreateMailboxAsync(domain, "ann");
        AssertRefused(ErrorCode.AliasLoop, "targets", await TryCreateAsync(domain, "self", "self@circle.example"));
        Alias one = await CreateAsync(domain, "one", "ann@circle.example");
        await CreateAsync(domain, "two", "one@circle.example", "b@elsewhere.example");
        await CreateAsync(domain, "three", "two@circle.example");
        AssertRefused(ErrorCode.AliasLoop, "targets", await SetAsync(one, "three@circle.example"));
        TenancyHost.Accepted(await TryCreateAsync(domain, "ann", true, "ann@circle.example", "b@elsewhere.example")); // a kept copy is no circle
        AssertRefused(ErrorCode.AliasLoop, "targets", await TryCreateAsync(domain, "*", "nobody@circle.example"));
        Alias any = await CreateAsync(domain, "*", "one@circle.example");
        AssertRefused(ErrorCode.AliasLoop, "targets", await SetAsync(any, "nobody@circle.example"));
        AssertRefused(ErrorCode.AliasLoop, "targets", await SetAsync(one, "nobody@circle.example")); // by way of the catch-all
    }

    [Fact]
    public async Task TenAliasesInARowAreTakenElevenAreNotFromEitherEnd()
    {
        Domain domain = await PlantAsync("deep.example");
        Alias first = await CreateAsync(domain, "a1", "x@elsewhere.example");
        for (int i = 2; i <= 10; i++)
            await CreateAsync(domain, $"a{i}", $"a{i - 1}@deep.example");
        AssertRefused(ErrorCode.AliasTooDeep, "targets", await TryCreateAsync(domain, "a11", "a10@deep.example"));
        await CreateAsync(domain, "below", "y@elsewhere.example");
        AssertRefused(ErrorCode.AliasTooDeep, "targets", await SetAsync(first, "below@deep.example"));
    }

    [Fact]
    public async Task ADomainIsAnAliasOfAnotherByItsCatchAll()
    {
        Domain main = await PlantAsync("main.example");
        Domain other = await Host.CreateDomainAsync(await CustomerOfAsync(main), "other.example");
        Alias alias = await CreateAsync(other, "*", "*@main.example");
        Assert.Equal(["*@main.example"], alias.Targets);
        AssertRefused(ErrorCode.AliasLoop, "targets", await TryCreateAsync(main, "*", "*@other.example"));
        AssertRefused(ErrorCode.AliasLoop, "targets", await TryCreateAsync(main, "ann", "ann@other.example"));
        await CreateAsync(main, "info", "ann@other.example");
    }

    [Fact]
    public async Task TwoChangesThatCloseACircleTogetherAreNotBothTaken()
    {
        Domain domain = await PlantAsync("race.example");
        Alias left = await CreateAsync(domain, "left", "x@elsewhere.example");
        Alias right = await CreateAsync(domain, "right", "x@elsewhere.example");
        Outcome<Alias>[] outcomes = await Task.WhenAll(SetAsync(left, "right@race.example"), SetAsync(right, "left@race.example"));
        Assert.Single(outcomes, outcome => outcome.IsAccepted);
        Assert.Equal(ErrorCode.AliasLoop, outcomes.Single(outcome => !outcome.IsAccepted).Refusals.Single().Code);
    }

    [Fact]
    public async Task ListsAreSortedByNameInBothDirections()
    {
        Domain domain = await PlantAsync("sorted.example");
        foreach (string name in new[] { "m", "a", "z", "k" })
            await CreateAsync(domain, name, "x@elsewhere.example");
        Assert.Equal(["a", "k", "m", "z"], await WalkAsync(ListOrder.Name, fromEnd: false));
        Assert.Equal(["z", "m", "k", "a"], await WalkAsync(ListOrder.NameDesc, fromEnd: false));
        Assert.Equal(["a", "k", "m", "z"], await WalkAsync(ListOrder.Name, fromEnd: true));
        Assert.Equal(["k", "z", "a", "m"], await WalkAsync(ListOrder.CreatedAtDesc, fromEnd: false));

        async Task<string[]> WalkAsync(ListOrder order, bool fromEnd)
        {
            List<string> names = [];
            var request = new PageRequest(1, fromEnd) { Order = order };
            Page<AliasRow> page;
            do
            {
                page = (await Host.Get<FleetLists>().Aliases.PageOfAsync(Host.Operator, [domain.Id], request, TextFilter.None, TenancyHost.Soon()))[domain.Id];
                AliasRow row = page.Rows.Single();
                names.Insert(fromEnd ? 0 : names.Count, row.Address.Split('@')[0]);
                request = fromEnd ? request with { Before = row.Id.Value } : request with { After = row.Id.Value };
            }
            while (fromEnd ? page.HasPrevious : page.HasNext);
            return [.. names];
        }
    }

    private async Task<Domain> PlantAsync(string name)
    {
        Domain domain = await Host.CreateDomainAsync(await Host.CreateCustomerAsync(name), name);
        return domain;
    }

    private async Task<Customer> CustomerOfAsync(Domain domain)
    {
        CustomerRow row = (await Host.Get<FleetLists>().Customers.FindAsync(Host.Operator, domain.Customer, TenancyHost.Soon()))!;
        return new Customer(row.Id, row.Name, SubtreePath.Root.Child(row.Id), null);
    }

    private async Task<Alias> CreateAsync(Domain domain, string localPart, params string[] targets)
    {
        Host.Clock.Advance(TimeSpan.FromMilliseconds(1)); // ids sort by the millisecond
        return TenancyHost.Accepted(await TryCreateAsync(domain, localPart, targets));
    }

    private Task<Outcome<Alias>> TryCreateAsync(Domain domain, string localPart, params string[] targets) => TryCreateAsync(domain, localPart, false, targets);

    private Task<Outcome<Alias>> TryCreateAsync(Domain domain, string localPart, bool isForward, params string[] targets) =>
        Host.Get<CreateAliasHandler>().HandleAsync(new CreateAlias(domain.Customer, domain.Id, localPart, targets, isForward), Host.Operator, TenancyHost.Soon());

    private Task<Outcome<Alias>> SetAsync(Alias alias, params string[] targets) =>
        Host.Get<SetAliasTargetsHandler>().HandleAsync(new SetAliasTargets(alias.Customer, alias.Id, targets), Host.Operator, TenancyHost.Soon());

    private Task<Outcome<Alias>> DeleteAsync(Alias alias) =>
        Host.Get<DeleteAliasHandler>().HandleAsync(new DeleteAlias(alias.Customer, alias.Id), Host.Operator, TenancyHost.Soon());

    private async Task<string> InCellAsync(AliasId id) => (await TenancyHost.RowsAsync(
        Host.CellDatabase, $"SELECT local_part, array_to_string(targets, ','), state FROM directory.alias WHERE public_id = '{id}'")).Single();

    private static void AssertRefused<T>(ErrorCode code, string field, Outcome<T> outcome) where T : class
    {
        Refusal refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }
}

public sealed class AliasFixture : IAsyncLifetime
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
