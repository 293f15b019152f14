using System.Net;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Support;
using Mailfleet.Tenancy.Tests.People;
using Mailfleet.Tenancy.Tokens;

namespace Mailfleet.Tenancy.Tests.Support;

public sealed class SupportAccessTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    private const string Reason = "Ticket 4711: mail does not arrive";

    [Fact]
    public async Task SupportTakesACustomersPlaceForAWhileAndWhatItDoesIsWrittenDown()
    {
        (Customer customer, Actor _, Actor support) = await SceneAsync();
        Domain domain = await Host.CreateDomainAsync(customer, "stood-in.example");
        StartSupportAccessResult started = TenancyHost.Accepted(await StartAsync(support, customer, minutes: 30));
        Actor standIn = (await FindAsync(started.Secret))!;

        Assert.Equal((support.Login, customer.Path, customer.Id.Value), (standIn.Login, standIn.Place, standIn.OnBehalfOf));
        Assert.Equal(RoleRights.ForStandIn, standIn.Rights);
        Mailbox mailbox = TenancyHost.Accepted(await Host.Get<CreateMailboxHandler>().HandleAsync(
            new CreateMailbox(customer.Id, domain.Id, "help", "correct horse", null), standIn, TenancyHost.Soon()));
        AuditRow entry = Assert.Single(await AuditAsync(new AuditFilter(ObjectId: mailbox.Id.Value)));
        Assert.Equal((support.Login, started.Token.Id.Value, customer.Id.Value), (entry.Actor, entry.ActorId, entry.OnBehalfOf));
        Assert.Contains(Reason, Assert.Single(await AuditAsync(new AuditFilter(ObjectId: customer.Id.Value, Action: AuditAction.SupportAccessStarted))).After, StringComparison.Ordinal);

        Host.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(await FindAsync(started.Secret));
    }

    [Theory]
    [InlineData(Right.SetMailboxPassword)]
    [InlineData(Right.ManagePeople)]
    [InlineData(Right.CreateToken)]
    [InlineData(Right.SetSupportConsent)]
    [InlineData(Right.Impersonate)]
    public void WhoStandsInReadsNoMailAndLeavesNoBackDoor(Right right) => Assert.False(RoleRights.ForStandIn.Contains(right));

    [Fact]
    public async Task WhereTheCustomerWantsToBeAskedThereIsNoWayInWithoutConsent()
    {
        (Customer customer, Actor owner, Actor support) = await SceneAsync();
        DateTimeOffset now = Host.Clock.GetUtcNow();
        TenancyHost.Accepted(await ConsentAsync(owner, customer, isNeeded: true));
        Assert.Equal(ErrorCode.ConsentNeeded, (await StartAsync(support, customer)).Refusals[0].Code);
        Assert.Equal(ErrorCode.ConsentNeeded, (await StartAsync(Host.Operator, customer)).Refusals[0].Code);

        TenancyHost.Accepted(await ConsentAsync(owner, customer, isNeeded: true, now.AddMinutes(20)));
        StartSupportAccessResult started = TenancyHost.Accepted(await StartAsync(support, customer, minutes: 60));
        Assert.Equal(now.AddMinutes(20), started.Token.ExpiresAt); // no longer than the consent

        TenancyHost.Accepted(await ConsentAsync(owner, customer, isNeeded: true)); // taken back
        Assert.Null(await FindAsync(started.Secret));
        TenancyHost.Accepted(await ConsentAsync(owner, customer, isNeeded: false));
        TenancyHost.Accepted(await StartAsync(support, customer));
    }

    [Fact]
    public async Task NobodyGivesTheConsentInTheCustomersStead()
    {
        (Customer customer, Actor owner, Actor support) = await SceneAsync();
        TenancyHost.Accepted(await ConsentAsync(owner, customer, isNeeded: true, Host.Clock.GetUtcNow().AddHours(1)));
        Actor standIn = (await FindAsync(TenancyHost.Accepted(await StartAsync(support, customer)).Secret))!;
        Actor seller = Actor.Of("seller@people.example", Role.ResellerOwner, SubtreePath.Root);
        foreach (Actor other in new[] { Host.Operator, support, seller, standIn, seller with { Place = customer.Path } })
            Assert.Equal(ErrorCode.Forbidden, (await ConsentAsync(other, customer, isNeeded: false)).Refusals[0].Code);
        Assert.Equal(ErrorCode.Invalid, (await ConsentAsync(owner, customer, isNeeded: true, Host.Clock.GetUtcNow().AddDays(31))).Refusals[0].Code);
    }

    [Fact]
    public async Task TheCustomersOwnerSeesAndEndsIt()
    {
        (Customer customer, Actor owner, Actor support) = await SceneAsync();
        StartSupportAccessResult started = TenancyHost.Accepted(await StartAsync(support, customer));
        TokenRow seen = (await Host.Get<FleetLists>().Tokens.FindAsync(owner, started.Token.Id, TenancyHost.Soon()))!;
        Assert.Equal((Reason, customer.Id), (seen.Reason, seen.OnBehalfOf));
        TenancyHost.Accepted(await Host.Get<RevokeTokenHandler>().HandleAsync(new RevokeToken(started.Token.Id), owner, TenancyHost.Soon()));
        Assert.Null(await FindAsync(started.Secret));
    }

    [Fact]
    public async Task ItEndsWithTheRightOfWhoStartedIt()
    {
        (Customer customer, Actor _, Actor support) = await SceneAsync();
        StartSupportAccessResult started = TenancyHost.Accepted(await StartAsync(support, customer));
        TenancyHost.Accepted(await Host.Get<SetPersonRoleHandler>().HandleAsync(
            new SetPersonRole(support.Person!.Value, Role.OperatorReadOnly), Host.Operator, TenancyHost.Soon()));
        Assert.Null(await FindAsync(started.Secret));
    }

    [Fact]
    public async Task ATokenStandsInForNobody()
    {
        (Customer customer, Actor _, Actor support) = await SceneAsync();
        Actor byToken = support with { Token = TokenId.New(Host.Clock.GetUtcNow()) };
        Assert.Equal(ErrorCode.Forbidden, (await StartAsync(byToken, customer)).Refusals[0].Code);
    }

    [Theory]
    [InlineData("short", 30, "reason")]
    [InlineData("a reason\nof two lines", 30, "reason")]
    [InlineData(Reason, 0, "minutes")]
    [InlineData(Reason, 481, "minutes")]
    public async Task NeedsAReasonAndAnEnd(string reason, int minutes, string field)
    {
        (Customer customer, Actor _, Actor support) = await SceneAsync();
        Refusal refusal = Assert.Single((await Host.Get<StartSupportAccessHandler>().HandleAsync(
            new StartSupportAccess(customer.Id, reason, minutes), support, TenancyHost.Soon())).Refusals);
        Assert.Equal((ErrorCode.Invalid, field), (refusal.Code, refusal.Field));
    }

    private TenancyHost Host => people.Host;

    private async Task<(Customer Customer, Actor Owner, Actor Support)> SceneAsync()
    {
        Customer customer = await Host.CreateCustomerAsync("Helped");
        PersonRow support = await people.CreateAsync(Role.OperatorSupport, node: NodeId.Root);
        return (customer, Actor.Of("owner@people.example", Role.CustomerOwner, customer.Path),
            new SignedIn(support, SessionId.New(Host.Clock.GetUtcNow())).ToActor("192.0.2.1"));
    }

    private Task<Outcome<StartSupportAccessResult>> StartAsync(Actor actor, Customer customer, int minutes = 60) =>
        Host.Get<StartSupportAccessHandler>().HandleAsync(new StartSupportAccess(customer.Id, Reason, minutes), actor, TenancyHost.Soon());

    private Task<Outcome<SetSupportConsent>> ConsentAsync(Actor actor, Customer customer, bool isNeeded, DateTimeOffset? until = null) =>
        Host.Get<SetSupportConsentHandler>().HandleAsync(new SetSupportConsent(customer.Id, isNeeded, until), actor, TenancyHost.Soon());

    private Task<Actor?> FindAsync(string secret) =>
        Host.Get<FleetTokens>().FindAsync(secret, IPAddress.Parse("192.0.2.1"), Host.Clock.GetUtcNow(), TenancyHost.Soon());

    private async Task<IReadOnlyList<AuditRow>> AuditAsync(AuditFilter filter) =>
        (await Host.Get<FleetAudit>().PageAsync(Host.Operator, new PageRequest(100), filter, TenancyHost.Soon())).Rows;
}
