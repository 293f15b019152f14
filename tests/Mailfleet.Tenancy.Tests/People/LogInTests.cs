using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Tests.People;

public sealed class LogInTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task ARightPasswordOpensASessionOfItsOwnEachTime()
    {
        PersonRow person = await people.CreateAsync();
        string first = await people.TokenAsync(person.Login);
        string second = await people.TokenAsync($" {person.Login.ToUpperInvariant()} ");

        Assert.NotEqual(first, second);
        SignedIn one = (await people.FindAsync(first))!;
        Assert.Equal((person.Id, person.Role, person.Path), (one.Person.Id, one.Person.Role, one.Person.Path));
        Assert.NotEqual(one.Session, (await people.FindAsync(second))!.Session);
        Assert.Equal(2, (await people.Host.Get<FleetPeople>().SessionsOfAsync(person.Id, people.Host.Clock.GetUtcNow(), TenancyHost.Soon())).Count);
    }

    [Fact]
    public async Task UnknownLogInWrongPasswordAndNoPasswordYetAreAnsweredAlike()
    {
        string known = (await people.CreateAsync()).Login;
        string invited = (await people.CreateAsync(password: null)).Login;
        foreach (string login in new[] { known, invited, people.NewLogin(), "no address", "" })
            foreach (string password in new[] { "wrong horse", "", "\0", new string('x', 5000), "\ud800" })
                Assert.Equal(new LogInResult.Wrong(), await people.LogInAsync(login, password, $"198.51.100.{password.Length % 200}"));
    }

    [Fact]
    public async Task NoTokenAndNoPasswordStandsInTheDatabase()
    {
        string token = await people.TokenAsync((await people.CreateAsync()).Login);
        string all = string.Concat(await people.RowsAsync(
            "SELECT (SELECT string_agg(s::text, ' ') FROM tenancy.person_session s), (SELECT string_agg(p::text, ' ') FROM tenancy.person p), (SELECT string_agg(a::text, ' ') FROM tenancy.audit a)"));
        Assert.DoesNotContain(token, all, StringComparison.Ordinal);
        Assert.DoesNotContain(PeopleFixture.Password, all, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2", string.Concat(await people.RowsAsync("SELECT string_agg(a::text, ' ') FROM tenancy.audit a")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASessionEndsWhenIdleAndAtTheEndOfItsLifeHoweverBusy()
    {
        PersonRow person = await people.CreateAsync();
        string idle = await people.TokenAsync(person.Login);
        string busy = await people.TokenAsync(person.Login);
        DateTimeOffset start = people.Host.Clock.GetUtcNow();

        while (people.Host.Clock.GetUtcNow() - start < SessionLimits.Lifetime - TimeSpan.FromHours(6))
        {
            Assert.NotNull(await people.FindAsync(busy));
            people.Host.Clock.Advance(TimeSpan.FromHours(6));
        }

        Assert.Null(await people.FindAsync(idle));
        Assert.NotNull(await people.FindAsync(busy));
        people.Host.Clock.Advance(TimeSpan.FromHours(6));
        Assert.Null(await people.FindAsync(busy));
        Assert.Empty(await people.Host.Get<FleetPeople>().SessionsOfAsync(person.Id, people.Host.Clock.GetUtcNow(), TenancyHost.Soon()));

        await people.TokenAsync(person.Login); // and dead rows go
        Assert.Equal(["1"], await people.RowsAsync($"SELECT count(*) FROM tenancy.person_session WHERE person_id = '{person.Id}'"));
    }

    [Fact]
    public async Task APersonEndsTheirOwnSessionsAndNobodyElses()
    {
        PersonRow person = await people.CreateAsync();
        SignedIn one = (await people.FindAsync(await people.TokenAsync(person.Login)))!;
        string second = await people.TokenAsync(person.Login);
        string strangers = await people.TokenAsync((await people.CreateAsync()).Login);
        EndSessionHandler ends = people.Host.Get<EndSessionHandler>();

        Actor actor = one.ToActor("192.0.2.1");
        SignedIn stranger = (await people.FindAsync(strangers))!;
        TenancyHost.Accepted(await ends.HandleAsync(new EndSession(person.Id, stranger.Session), actor, TenancyHost.Soon()));
        Assert.False((await ends.HandleAsync(new EndSession(stranger.Person.Id, stranger.Session), actor, TenancyHost.Soon())).IsAccepted);
        Assert.NotNull(await people.FindAsync(strangers));

        SessionId other = (await people.FindAsync(second))!.Session;
        Assert.False((await ends.HandleAsync(new EndSession(person.Id, other), actor with { Token = TokenId.New(people.Host.Clock.GetUtcNow()) }, TenancyHost.Soon())).IsAccepted);
        TenancyHost.Accepted(await ends.HandleAsync(new EndSession(person.Id, other), actor, TenancyHost.Soon()));
        TenancyHost.Accepted(await ends.HandleAsync(new EndSession(person.Id, other), actor, TenancyHost.Soon()));
        Assert.Null(await people.FindAsync(second));
        Assert.Equal(["1"], await people.RowsAsync($"SELECT count(*) FROM tenancy.audit WHERE action = 'SessionEnded' AND object_id = '{person.Id}'"));
    }

    [Fact]
    public async Task ARemovedPersonIsOutAtOnceAndTheLogInIsFree()
    {
        PersonRow person = await people.CreateAsync();
        string token = await people.TokenAsync(person.Login);
        TenancyHost.Accepted(await people.Host.Get<RemovePersonHandler>().HandleAsync(new RemovePerson(person.Id), people.Host.Operator, TenancyHost.Soon()));

        Assert.Null(await people.FindAsync(token));
        Assert.Equal(new LogInResult.Wrong(), await people.LogInAsync(person.Login));
        Assert.NotEqual(person.Id, (await people.CreateAsync(login: person.Login)).Id);
    }
}
