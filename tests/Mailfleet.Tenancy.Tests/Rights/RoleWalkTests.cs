using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Support;
using Mailfleet.Tenancy.Tokens;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests.Rights;

/// <summary>Every role asks every use case and every list, at its own place and at that of a stranger.</summary>
public sealed class RoleWalkTests(RoleWalkFixture walk) : IClassFixture<RoleWalkFixture>
{
    public static TheoryData<Role> Roles => [.. Enum.GetValues<Role>().Where(role => role != Role.Visitor)];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task DoesAtItsPlaceWhatTheTableSays(Role role)
    {
        Actor actor = walk.ActorOf(role);
        foreach ((Right right, Level level, Func<Actor, Family, Task<IReadOnlyList<Refusal>>> ask) in walk.UseCases)
        {
            int before = await CountAuditAsync(actor);
            IReadOnlyList<Refusal> refusals = await ask(actor, walk.Own);
            bool isRefused = refusals.Count > 0;
            bool isInSight = level >= RoleRights.LevelOf(role);
            ErrorCode? expected = isInSight ? actor.May(right) ? null : ErrorCode.Forbidden : ErrorCode.NotFound;
            Assert.True(expected == refusals.SingleOrDefault()?.Code, $"{role}, {right}: {string.Join(' ', refusals)}");

            // A change has one entry of its own, and what was refused none. Looking for a TXT record that is there already changes nothing.
            int entries = await CountAuditAsync(actor) - before;
            Assert.True(entries == (isRefused || right == Right.ProveDomain ? 0 : 1), $"{role}, {right}: {entries} entries in the audit");
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task FindsNothingAtAStrangersPlace(Role role)
    {
        if (RoleRights.LevelOf(role) == Level.Fleet)
            return; // the fleet has no strangers
        foreach ((Right right, _, Func<Actor, Family, Task<IReadOnlyList<Refusal>>> ask) in walk.UseCases)
            Assert.True((await ask(walk.ActorOf(role), walk.Foreign)).Single().Code == ErrorCode.NotFound, $"{role}, {right}");
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task ListsWhatStandsAtItsPlaceAndNothingElse(Role role)
    {
        Actor actor = walk.ActorOf(role);
        FleetLists lists = walk.Host.Get<FleetLists>();
        bool seesAll = RoleRights.LevelOf(role) == Level.Fleet;
        await SeesAsync(lists.Customers, walk.Own.Customer.Id, walk.Foreign.Customer.Id);
        await SeesAsync(lists.Domains, walk.Own.Domain.Id, walk.Foreign.Domain.Id);
        await SeesAsync(lists.Mailboxes, walk.Own.Mailbox.Id, walk.Foreign.Mailbox.Id);
        await SeesAsync(lists.Aliases, walk.Own.Alias, walk.Foreign.Alias);
        await SeesAsync(lists.People, walk.Own.Person, walk.Foreign.Person);
        await SeesAsync(lists.Tokens, walk.Own.Token, walk.Foreign.Token);

        async Task SeesAsync<TId, TParent, TRow>(FleetList<TId, TParent, TRow> list, TId own, TId foreign)
            where TId : struct, IPublicId<TId>
            where TParent : struct, IPublicId<TParent>
            where TRow : class
        {
            IReadOnlyDictionary<TId, TRow> found = await list.FindAsync(actor, [own, foreign], TenancyHost.Soon());
            TId[] expected = actor.May(list.Right) ? seesAll ? [own, foreign] : [own] : [];
            Assert.Equal(expected.ToHashSet(), found.Keys.ToHashSet());
            Assert.Equal(actor.May(list.Right), await list.CountAsync(actor, TextFilter.None, TenancyHost.Soon()) > 0);
        }
    }

    private async Task<int> CountAuditAsync(Actor actor) =>
        int.Parse((await TenancyHost.RowsAsync(walk.Host.ControlDatabase, $"SELECT count(*) FROM tenancy.audit WHERE actor = '{actor.Login}'"))[0],
            System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task WhoSeesADomainMayKnowWhoseItIs()
    {
        IReadOnlyDictionary<CustomerId, CustomerRow> found = await walk.Host.Get<FleetLists>().Customers.FindAboveAsync([walk.Own.Customer.Id], TenancyHost.Soon());
        Assert.Equal("Own", found[walk.Own.Customer.Id].Name);
    }

    [Fact]
    public async Task OnlyTheOperatorVouches()
    {
        foreach (Role role in Enum.GetValues<Role>().Where(role => RoleRights.Of(role).Contains(Right.CreateDomain)))
        {
            Domain domain = TenancyHost.Accepted(await walk.Host.Get<CreateDomainHandler>().HandleAsync(
                new CreateDomain(walk.Own.Customer.Id, $"vouch-{(int)role}.example"), walk.ActorOf(role), TenancyHost.Soon()));
            Assert.Equal(role == Role.Operator ? DomainStage.Proven : DomainStage.AwaitingProof, domain.Stage);
        }
    }
}

/// <summary>One branch of the tree from reseller to mailbox.</summary>
public sealed record Family(Reseller Reseller, Customer Customer, Domain Domain, Mailbox Mailbox, AliasId Alias, PersonId Person, TokenId Token);

public sealed class RoleWalkFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private TenancyHost? _host;
    private int _names;

    internal TenancyHost Host => _host!;

    public Family Own { get; private set; } = null!;

    public Family Foreign { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await TenancyHost.StartAsync(_postgres);
        Own = await PlantAsync("Own");
        Foreign = await PlantAsync("Foreign");
    }

    /// <summary>Each use case with the right it needs and the level of what it is asked about. It is asked for the family's own objects, and what it makes has a new name each time.</summary>
    public IEnumerable<(Right Right, Level Level, Func<Actor, Family, Task<IReadOnlyList<Refusal>>> Ask)> UseCases =>
    [
        (Right.CreateReseller, Level.Reseller, async (actor, family) => (await Host.Get<CreateResellerHandler>().HandleAsync(
            new CreateReseller(NewName(), family.Reseller.Id), actor, TenancyHost.Soon())).Refusals),
        (Right.CreateCustomer, Level.Reseller, async (actor, family) => (await Host.Get<CreateCustomerHandler>().HandleAsync(
            new CreateCustomer(NewName(), family.Reseller.Id), actor, TenancyHost.Soon())).Refusals),
        (Right.CreateDomain, Level.Customer, async (actor, family) => (await Host.Get<CreateDomainHandler>().HandleAsync(
            new CreateDomain(family.Customer.Id, $"{NewName()}.example"), actor, TenancyHost.Soon())).Refusals),
        (Right.ProveDomain, Level.Domain, async (actor, family) => (await Host.Get<ProveDomainHandler>().HandleAsync(
            new ProveDomain(family.Customer.Id, family.Domain.Id), actor, TenancyHost.Soon())).Refusals),
        (Right.CreateMailbox, Level.Domain, async (actor, family) => (await Host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(family.Customer.Id, family.Domain.Id, NewName(), "correct horse", null), actor, TenancyHost.Soon())).Refusals),
        (Right.SetMailboxPassword, Level.Domain, async (actor, family) => (await Host.Get<SetMailboxPasswordHandler>().HandleAsync(
            new SetMailboxPassword(family.Customer.Id, family.Mailbox.Id, "another horse"), actor, TenancyHost.Soon())).Refusals),
        (Right.DeleteMailbox, Level.Domain, async (actor, family) => (await Host.Get<DeleteMailboxHandler>().HandleAsync(
            new DeleteMailbox(family.Customer.Id, (await SpareMailboxAsync(family)).Id), actor, TenancyHost.Soon())).Refusals),
        (Right.ManageAliases, Level.Domain, async (actor, family) => (await Host.Get<CreateAliasHandler>().HandleAsync(
            new CreateAlias(family.Customer.Id, family.Domain.Id, NewName(), ["x@elsewhere.example"], IsForward: false), actor, TenancyHost.Soon())).Refusals),
        (Right.ManageAliases, Level.Domain, async (actor, family) => (await Host.Get<SetAliasTargetsHandler>().HandleAsync(
            new SetAliasTargets(family.Customer.Id, (await SpareAliasAsync(family)).Id, ["y@elsewhere.example"]), actor, TenancyHost.Soon())).Refusals),
        (Right.ManageAliases, Level.Domain, async (actor, family) => (await Host.Get<DeleteAliasHandler>().HandleAsync(
            new DeleteAlias(family.Customer.Id, (await SpareAliasAsync(family)).Id), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePeople, Level.Domain, async (actor, family) => (await Host.Get<CreatePersonHandler>().HandleAsync(
            new CreatePerson(NodeId.Of(family.Domain.Id), Role.DomainAdmin, $"{NewName()}@people.example", "Ann", null), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePeople, Level.Customer, async (actor, family) => (await Host.Get<SetPersonRoleHandler>().HandleAsync(
            new SetPersonRole(await SparePersonAsync(NodeId.Of(family.Customer.Id), Role.CustomerAdmin), Role.CustomerAuditor), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePeople, Level.Domain, async (actor, family) => (await Host.Get<CreatePasswordLinkHandler>().HandleAsync(
            new CreatePasswordLink(await SparePersonAsync(family)), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePeople, Level.Domain, async (actor, family) => (await Host.Get<ResetSecondFactorHandler>().HandleAsync(
            new ResetSecondFactor(await ProtectedPersonAsync(family)), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePeople, Level.Domain, async (actor, family) => (await Host.Get<RemovePersonHandler>().HandleAsync(
            new RemovePerson(await SparePersonAsync(family)), actor, TenancyHost.Soon())).Refusals),
        (Right.CreateToken, Level.Domain, async (actor, family) => (await Host.Get<CreateTokenHandler>().HandleAsync(
            new CreateToken(NewName(), NodeId.Of(family.Domain.Id), [Right.ReadDomains], null, []), actor, TenancyHost.Soon())).Refusals),
        (Right.Impersonate, Level.Customer, async (actor, family) => (await Host.Get<StartSupportAccessHandler>().HandleAsync(
            new StartSupportAccess(family.Customer.Id, "Ticket 4711: mail does not arrive", 10), actor, TenancyHost.Soon())).Refusals),
        (Right.SetLimits, Level.Domain, async (actor, family) => (await Host.Get<SetPoolLimitHandler>().HandleAsync(
            new SetPoolLimit(NodeId.Of(family.Domain.Id), PoolKind.Mailboxes, 100_000), actor, TenancyHost.Soon())).Refusals),
        (Right.ManagePlans, Level.Reseller, async (actor, family) => (await Host.Get<CreatePlanHandler>().HandleAsync(
            new CreatePlan(NewName(), family.Reseller.Id, null, PlanTerms.Nothing), actor, TenancyHost.Soon())).Refusals),
        (Right.SetCustomerPlan, Level.Customer, async (actor, family) => (await Host.Get<SetCustomerPlanHandler>().HandleAsync(
            new SetCustomerPlan(family.Customer.Id, null, new PlanTerms { TrialDays = 100 + Interlocked.Increment(ref _names) }), actor, TenancyHost.Soon())).Refusals),
        (Right.ManageLifecycle, Level.Customer, async (actor, family) => (await Host.Get<SetCustomerStageHandler>().HandleAsync(
            new SetCustomerStage(family.Customer.Id, CustomerStage.Active, "Paid"), actor, TenancyHost.Soon())).Refusals),
        (Right.RevokeToken, Level.Domain, async (actor, family) => (await Host.Get<RevokeTokenHandler>().HandleAsync(
            new RevokeToken(await SpareTokenAsync(family)), actor, TenancyHost.Soon())).Refusals),
    ];

    public Actor ActorOf(Role role) => Actor.Of(role.ToString(), role, RoleRights.LevelOf(role) switch
    {
        Level.Fleet => SubtreePath.Root,
        Level.Reseller => Own.Reseller.Path,
        Level.Customer => Own.Customer.Path,
        Level.Domain => Own.Customer.Path.Child(Own.Domain.Id),
        _ => Own.Customer.Path.Child(Own.Domain.Id).Child(Own.Mailbox.Id),
    });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task<Family> PlantAsync(string name)
    {
        Reseller reseller = TenancyHost.Accepted(await Host.Get<CreateResellerHandler>().HandleAsync(new CreateReseller(name, null), Host.Operator, TenancyHost.Soon()));
        Customer customer = TenancyHost.Accepted(await Host.Get<CreateCustomerHandler>().HandleAsync(new CreateCustomer(name, reseller.Id), Host.Operator, TenancyHost.Soon()));
        Domain domain = await Host.CreateDomainAsync(customer, $"{name}.example");
        Mailbox mailbox = await Host.CreateMailboxAsync(domain, "a");
        var family = new Family(reseller, customer, domain, mailbox, default, default, default);
        return family with { Alias = (await SpareAliasAsync(family)).Id, Person = await SparePersonAsync(family), Token = await SpareTokenAsync(family) };
    }

    private async Task<PersonId> ProtectedPersonAsync(Family family)
    {
        PersonId id = await SparePersonAsync(family);
        await TenancyHost.RowsAsync(Host.ControlDatabase, $"UPDATE tenancy.person SET totp_sealed = 'x' WHERE id = '{id}'");
        return id;
    }

    private Task<PersonId> SparePersonAsync(Family family) => SparePersonAsync(NodeId.Of(family.Domain.Id), Role.DomainAdmin);

    private async Task<PersonId> SparePersonAsync(NodeId node, Role role) => TenancyHost.Accepted(await Host.Get<CreatePersonHandler>().HandleAsync(
        new CreatePerson(node, role, $"{NewName()}@people.example", "Spare", null), Host.Operator, TenancyHost.Soon())).Person.Id;

    private async Task<TokenId> SpareTokenAsync(Family family) => TenancyHost.Accepted(await Host.Get<CreateTokenHandler>().HandleAsync(
        new CreateToken(NewName(), NodeId.Of(family.Domain.Id), null, null, []), Host.Operator, TenancyHost.Soon())).Token.Id;

    private Task<Mailbox> SpareMailboxAsync(Family family) => Host.CreateMailboxAsync(family.Domain, NewName());

    private async Task<Alias> SpareAliasAsync(Family family) => TenancyHost.Accepted(await Host.Get<CreateAliasHandler>().HandleAsync(
        new CreateAlias(family.Customer.Id, family.Domain.Id, NewName(), ["x@elsewhere.example"], IsForward: false), Host.Operator, TenancyHost.Soon()));

    private string NewName() => $"n{Interlocked.Increment(ref _names)}";
}
