using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Tests.People;

public sealed class ThrottleTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    private const string Wrong = "wrong horse";

    [Fact]
    public async Task OneNetworkGetsFiveTriesAtAnAccountThenOneEveryThreeMinutes()
    {
        PersonRow person = await people.CreateAsync();
        Assert.Equal(5, await CountTriesAsync(person.Login, _ => "203.0.113.1", 8));
        Assert.IsType<LogInResult.Throttled>(await people.LogInAsync(person.Login, network: "203.0.113.1")); // the right password too
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(person.Login, network: "203.0.113.2")); // from elsewhere it works

        people.Host.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(1, await CountTriesAsync(person.Login, _ => "203.0.113.1", 3));
        people.Host.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(person.Login, network: "203.0.113.1"));
        Assert.Equal(5, await CountTriesAsync(person.Login, _ => "203.0.113.1", 8)); // a success wipes the slate of this pair
    }

    [Fact]
    public async Task AnUnknownLogInIsThrottledLikeAKnownOne() =>
        Assert.Equal(5, await CountTriesAsync(people.NewLogin(), _ => "203.0.113.3", 8));

    [Fact]
    public async Task OneNetworkGetsThirtyTriesAtManyAccounts()
    {
        int tries = 0;
        for (int i = 0; i < 40; i++)
            tries += await CountTriesAsync(people.NewLogin(), _ => "203.0.113.4", 1);
        Assert.Equal(30, tries);
    }

    [Fact]
    public async Task ManyNetworksGetTwentyTriesAtOneAccountAndDoNotLockOutItsOwner()
    {
        PersonRow person = await people.CreateAsync();
        await people.TokenAsync(person.Login, network: "203.0.113.5"); // where they always work

        Assert.Equal(20, await CountTriesAsync(person.Login, i => $"198.18.0.{i}", 30));
        Assert.IsType<LogInResult.Throttled>(await people.LogInAsync(person.Login, network: "198.18.1.1")); // a new place, even with the password
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(person.Login, network: "203.0.113.5"));
        Assert.Equal(5, await CountTriesAsync(person.Login, _ => "203.0.113.5", 8)); // who is known there is still held to the pair's limit

        people.Host.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Equal(20, await CountTriesAsync(person.Login, i => $"198.18.2.{i}", 30));
        Assert.IsType<LogInResult.Throttled>(await people.LogInAsync(person.Login, network: "203.0.113.5")); // known once, long ago
    }

    [Fact]
    public async Task AttemptsAtTheSameMomentCountToo()
    {
        PersonRow person = await people.CreateAsync();
        LogInResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => people.LogInAsync(person.Login, Wrong, "203.0.113.6")));
        Assert.Equal(5, results.Count(result => result is LogInResult.Wrong));
        Assert.Equal(15, results.Count(result => result is LogInResult.Throttled));
    }

    [Fact]
    public async Task ThisMachineHasNoNetworkLimitButTheAccountHas()
    {
        int tries = 0;
        for (int i = 0; i < 40; i++)
            tries += await CountTriesAsync(people.NewLogin(), _ => null, 1);
        Assert.Equal(40, tries);
        Assert.Equal(5, await CountTriesAsync((await people.CreateAsync()).Login, _ => null, 8));
    }

    [Fact]
    public async Task RowsOfForgottenAttemptsGo()
    {
        for (int i = 0; i < 5; i++)
            await people.LogInAsync(people.NewLogin(), Wrong, $"198.19.0.{i}");
        people.Host.Clock.Advance(TimeSpan.FromDays(2));
        for (int i = 0; i < 20; i++)
            await people.LogInAsync(people.NewLogin(), Wrong, $"198.19.1.{i}");
        Assert.Equal(["0"], await people.RowsAsync("SELECT count(*) FROM tenancy.log_in_bucket WHERE key LIKE '%198.19.0.%'"));
    }

    private async Task<int> CountTriesAsync(string login, Func<int, string?> network, int attempts)
    {
        int tries = 0;
        for (int i = 0; i < attempts; i++)
            tries += await people.LogInAsync(login, Wrong, network(i)) is LogInResult.Wrong ? 1 : 0;
        return tries;
    }
}
