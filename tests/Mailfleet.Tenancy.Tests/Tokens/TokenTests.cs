using System.Net;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Tests.People;
using Mailfleet.Tenancy.Tokens;

namespace Mailfleet.Tenancy.Tests.Tokens;

public sealed class TokenTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    private static readonly CreateToken Plain = new("Import", NodeId: null, Rights: null, ExpiresAt: null, Sources: []);

    [Fact]
    public async Task ATokenActsForItsPersonWithWhatItWasGiven()
    {
        Actor owner = await OwnerAsync();
        CreateTokenResult made = await MakeAsync(owner, Plain with { Rights = [Right.ReadDomains, Right.CreateMailbox] });
        Actor actor = (await FindAsync(made.Secret))!;

        Assert.Equal((owner.Login, owner.Role, owner.Place, owner.Person), (actor.Login, actor.Role, actor.Place, actor.Person));
        Assert.Equal((made.Token.Id, RightSet.Of(Right.ReadDomains, Right.CreateMailbox)), (actor.Token, actor.Rights));
        Assert.StartsWith("mft_", made.Secret, StringComparison.Ordinal);
        Assert.Null(await FindAsync(made.Secret + "x"));
        Assert.Null(await FindAsync(""));
    }

    [Fact]
    public async Task LeftToItselfItHasAllRightsButThatOfMakingMoreAndLivesNinetyDays()
    {
        Actor owner = await OwnerAsync();
        CreateTokenResult made = await MakeAsync(owner, Plain);
        Assert.Equal(RightSet.Of(owner.Rights.All.Where(right => right != Right.CreateToken)), made.Token.Rights);
        Assert.Equal(Host.Clock.GetUtcNow().AddDays(90), made.Token.ExpiresAt);
        AssertRefused(ErrorCode.Forbidden, "nodeId", await TryAsync((await FindAsync(made.Secret))!, Plain));
    }

    [Fact]
    public async Task TheSecretStandsNowhere()
    {
        CreateTokenResult made = await MakeAsync(await OwnerAsync(), Plain);
        string all = string.Concat(await people.RowsAsync(
            "SELECT (SELECT string_agg(t::text, ' ') FROM tenancy.api_token t), (SELECT string_agg(a::text, ' ') FROM tenancy.audit a)"));
        Assert.DoesNotContain(made.Secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret[4..], all, StringComparison.Ordinal);
        Assert.Contains(made.Token.Id.Value, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoTokenEverHasMoreThanWhatMadeIt()
    {
        Domain domain = await Host.CreateDomainAsync(people.Customer, "narrow.example");
        Actor owner = await OwnerAsync();
        DateTimeOffset now = Host.Clock.GetUtcNow();
        CreateTokenResult parent = await MakeAsync(owner, new CreateToken(
            "Parent", NodeId.Of(domain.Id), [Right.CreateToken, Right.ReadMailboxes], now.AddDays(10), ["192.0.2.0/24", "2001:db8::/32"]));
        Actor actor = (await FindAsync(parent.Secret, "192.0.2.9"))!;

        AssertRefused(ErrorCode.Forbidden, "rights", await TryAsync(actor, Plain with { Rights = [Right.ReadDomains] }));
        AssertRefused(ErrorCode.NotFound, "nodeId", await TryAsync(actor, Plain with { NodeId = NodeId.Of(people.Customer.Id) }));
        AssertRefused(ErrorCode.NotFound, "nodeId", await TryAsync(actor, Plain with { NodeId = NodeId.Root }));
        AssertRefused(ErrorCode.Forbidden, "expiresAt", await TryAsync(actor, Plain with { ExpiresAt = now.AddDays(11) }));
        foreach (string source in new[] { "0.0.0.0/0", "192.0.0.0/16", "198.51.100.1", "::/0", "2001:db9::1", "::ffff:198.51.100.1" })
            AssertRefused(ErrorCode.Forbidden, "sources", await TryAsync(actor, Plain with { Sources = [source] }));

        CreateTokenResult child = await MakeAsync(actor, Plain with { Rights = [Right.CreateToken, Right.ReadMailboxes], Sources = ["192.0.2.9"] });
        Assert.Equal((NodeId.Of(domain.Id), now.AddDays(10), parent.Token.Person), (child.Token.Node, child.Token.ExpiresAt, child.Token.Person));
        Assert.Null(await FindAsync(child.Secret, "192.0.2.10"));
        CreateTokenResult silent = await MakeAsync(actor, Plain with { Rights = [Right.ReadMailboxes] });
        Assert.Equal(parent.Token.Sources, silent.Token.Sources);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task APersonGivesATokenNoRightTheyLack(Role role)
    {
        Actor actor = Actor.Of("p@people.example", role, people.Customer.Path);
        foreach (Right right in Enum.GetValues<Right>())
        {
            Outcome<CreateTokenResult> outcome = await TryAsync(actor, Plain with { Rights = [right] });
            Assert.Equal(actor.May(right) && actor.May(Right.CreateToken), outcome.IsAccepted);
        }
    }

    public static TheoryData<Role> Roles => [Role.CustomerAdmin, Role.CustomerUserManager, Role.CustomerBilling, Role.CustomerAuditor, Role.EndUser];

    [Fact]
    public async Task ATokenShrinksWithItsPersonAndGoesWithThem()
    {
        PersonRow person = await people.CreateAsync(Role.CustomerAdmin);
        Actor actor = new SignedIn(person, SessionId.New(Host.Clock.GetUtcNow())).ToActor(null);
        CreateTokenResult made = await MakeAsync(actor, Plain);
        Assert.True((await FindAsync(made.Secret))!.May(Right.DeleteMailbox));

        TenancyHost.Accepted(await Host.Get<SetPersonRoleHandler>().HandleAsync(new SetPersonRole(person.Id, Role.CustomerBilling), Host.Operator, TenancyHost.Soon()));
        Assert.False((await FindAsync(made.Secret))!.May(Right.DeleteMailbox));
        Assert.True((await FindAsync(made.Secret))!.May(Right.ReadCustomers));

        TenancyHost.Accepted(await Host.Get<RemovePersonHandler>().HandleAsync(new RemovePerson(person.Id), Host.Operator, TenancyHost.Soon()));
        Assert.Null(await FindAsync(made.Secret));
    }

    [Fact]
    public async Task ATokenEndsInTime()
    {
        CreateTokenResult made = await MakeAsync(await OwnerAsync(), Plain with { ExpiresAt = Host.Clock.GetUtcNow().AddMinutes(1) });
        Assert.NotNull(await FindAsync(made.Secret));
        Host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await FindAsync(made.Secret));
    }

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.1/24", "192.0.2.200", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", true)]
    [InlineData("2001:db8::/48", "2001:db8:0:1::1", true)]
    [InlineData("2001:db8::/48", "2001:db8:1::1", false)]
    [InlineData("2001:db8::/48", "192.0.2.7", false)]
    public async Task WorksFromItsSourcesAlone(string source, string from, bool works)
    {
        CreateTokenResult made = await MakeAsync(await OwnerAsync(), Plain with { Sources = [source] });
        Assert.Equal(works, await FindAsync(made.Secret, from) is not null);
        Assert.Null(await FindAsync(made.Secret, from: null));
    }

    [Fact]
    public async Task RevokingTakesAlongWhatItMade()
    {
        Actor owner = await OwnerAsync();
        CreateToken fertile = Plain with { Rights = [Right.CreateToken, Right.ReadDomains] };
        CreateTokenResult first = await MakeAsync(owner, fertile);
        CreateTokenResult second = await MakeAsync((await FindAsync(first.Secret))!, fertile);
        CreateTokenResult third = await MakeAsync((await FindAsync(second.Secret))!, fertile);
        CreateTokenResult other = await MakeAsync(owner, fertile);
        Actor stillHeld = (await FindAsync(third.Secret))!;

        TenancyHost.Accepted(await RevokeAsync(first.Token.Id, owner));
        foreach (CreateTokenResult dead in new[] { first, second, third })
            Assert.Null(await FindAsync(dead.Secret));
        Assert.NotNull(await FindAsync(other.Secret));
        AssertRefused(ErrorCode.Forbidden, null, await TryAsync(stillHeld, fertile)); // a request that began before
        Assert.Equal(ErrorCode.NotFound, (await RevokeAsync(first.Token.Id, owner)).Refusals[0].Code);
    }

    [Fact]
    public async Task WhatIsMadeWhileItsAncestorIsRevokedDoesNotOutliveIt()
    {
        Actor owner = await OwnerAsync();
        CreateToken fertile = Plain with { Rights = [Right.CreateToken, Right.ReadDomains] };
        for (int round = 0; round < 10; round++)
        {
            CreateTokenResult first = await MakeAsync(owner, fertile);
            CreateTokenResult second = await MakeAsync((await FindAsync(first.Secret))!, fertile);
            Actor maker = (await FindAsync(second.Secret))!;
            Task<Outcome<CreateTokenResult>> making = TryAsync(maker, fertile);
            Task<Outcome<TokenRow>> revoking = RevokeAsync(first.Token.Id, owner);
            TenancyHost.Accepted(await revoking);
            if ((await making).Value is { } third)
                Assert.Null(await FindAsync(third.Secret));
        }
    }

    [Fact]
    public async Task OthersTokensAreEndedByWhoManagesThemAlone()
    {
        CreateTokenResult made = await MakeAsync(await OwnerAsync(), Plain);
        Actor admin = Actor.Of("admin@people.example", Role.CustomerAdmin, people.Customer.Path);
        Customer other = await Host.CreateCustomerAsync("Other");
        Actor stranger = Actor.Of("s@people.example", Role.CustomerOwner, other.Path);
        Assert.Equal(ErrorCode.Forbidden, (await RevokeAsync(made.Token.Id, admin)).Refusals[0].Code);
        Assert.Equal(ErrorCode.NotFound, (await RevokeAsync(made.Token.Id, stranger)).Refusals[0].Code);
        TenancyHost.Accepted(await RevokeAsync(made.Token.Id, Actor.Of("boss@people.example", Role.CustomerOwner, people.Customer.Path)));
    }

    [Fact]
    public async Task LastUseIsKnownToTheMinute()
    {
        CreateTokenResult made = await MakeAsync(await OwnerAsync(), Plain);
        Assert.Null(await UsedAsync());
        await FindAsync(made.Secret);
        DateTimeOffset first = Host.Clock.GetUtcNow();
        Assert.Equal(first, await UsedAsync());
        Host.Clock.Advance(TimeSpan.FromSeconds(59));
        await FindAsync(made.Secret);
        Assert.Equal(first, await UsedAsync());
        Host.Clock.Advance(TimeSpan.FromSeconds(2));
        await FindAsync(made.Secret);
        Assert.Equal(Host.Clock.GetUtcNow(), await UsedAsync());

        async Task<DateTimeOffset?> UsedAsync() => Assert.Single(await Host.Get<FleetTokens>().OfAsync(made.Token.Person!.Value, TenancyHost.Soon())).UsedAt;
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("sources", "192.0.2.0/33")]
    [InlineData("sources", "300.0.0.1")]
    [InlineData("sources", "example.com")]
    [InlineData("sources", "fe80::1%2")]
    [InlineData("sources", "")]
    [InlineData("rights", "")]
    [InlineData("expiresAt", "2020-01-01")]
    [InlineData("expiresAt", "2099-01-01")]
    public async Task RefusesBadInputAndNamesTheField(string field, string value)
    {
        CreateToken command = field switch
        {
            "name" => Plain with { Name = value },
            "sources" => Plain with { Sources = [value] },
            "rights" => Plain with { Rights = [] },
            _ => Plain with { ExpiresAt = DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
        };
        AssertRefused(ErrorCode.Invalid, field, await TryAsync(await OwnerAsync(), command));
    }

    [Fact]
    public async Task TheOperatorsOwnTokenMakesTokensOfNoPerson()
    {
        CreateTokenResult made = await MakeAsync(Host.Operator, Plain with { NodeId = NodeId.Of(people.Customer.Id) });
        Actor actor = (await FindAsync(made.Secret))!;
        Assert.Equal((Role.Operator, people.Customer.Path, null), (actor.Role, actor.Place, actor.Person));
    }

    private TenancyHost Host => people.Host;

    private async Task<Actor> OwnerAsync() => new SignedIn(await people.CreateAsync(), SessionId.New(Host.Clock.GetUtcNow())).ToActor("192.0.2.1");

    private Task<Outcome<CreateTokenResult>> TryAsync(Actor actor, CreateToken command) =>
        Host.Get<CreateTokenHandler>().HandleAsync(command, actor, TenancyHost.Soon());

    private async Task<CreateTokenResult> MakeAsync(Actor actor, CreateToken command) => TenancyHost.Accepted(await TryAsync(actor, command));

    private Task<Outcome<TokenRow>> RevokeAsync(TokenId token, Actor actor) => Host.Get<RevokeTokenHandler>().HandleAsync(new RevokeToken(token), actor, TenancyHost.Soon());

    private Task<Actor?> FindAsync(string secret, string? from = "192.0.2.1") => Host.Get<FleetTokens>().FindAsync(
        secret, from is null ? null : IPAddress.Parse(from), Host.Clock.GetUtcNow(), TenancyHost.Soon());

    private static void AssertRefused<T>(ErrorCode code, string? field, Outcome<T> outcome) where T : class
    {
        Refusal refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }
}
