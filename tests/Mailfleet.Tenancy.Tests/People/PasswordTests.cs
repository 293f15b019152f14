using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Tests.People;

public sealed class PasswordTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    private const string New = "another horse";

    [Fact]
    public async Task AnInvitationLetsThePersonChooseOnce()
    {
        CreatePersonResult invited = TenancyHost.Accepted(await people.Host.Get<CreatePersonHandler>().HandleAsync(
            new CreatePerson(NodeId.Of(people.Customer.Id), Role.CustomerAdmin, people.NewLogin(), "Bo", Password: null), people.Host.Operator, TenancyHost.Soon()));
        Assert.False(invited.Person.HasPassword);
        Assert.Equal(invited.Person, await FindByLinkAsync(invited.LinkToken!));

        Assert.Equal(ErrorCode.PasswordTooWeak, (await ChooseAsync(invited.LinkToken!, "short")).Refusals[0].Code);
        Outcome<PersonRow>[] both = await Task.WhenAll(ChooseAsync(invited.LinkToken!, New), ChooseAsync(invited.LinkToken!, New));
        Assert.Single(both, outcome => outcome.IsAccepted);
        Assert.Equal(ErrorCode.NotFound, (await ChooseAsync(invited.LinkToken!, "third horse")).Refusals[0].Code);
        await people.TokenAsync(invited.Person.Login, New);
    }

    [Fact]
    public async Task ANewLinkReplacesTheOldAndBothGrowOld()
    {
        PersonRow person = await people.CreateAsync();
        string first = await LinkAsync(person);
        string second = await LinkAsync(person);
        Assert.Null(await FindByLinkAsync(first));
        Assert.Equal(ErrorCode.NotFound, (await ChooseAsync(first, New)).Refusals[0].Code);

        people.Host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(ErrorCode.NotFound, (await ChooseAsync(second, New)).Refusals[0].Code);
        await people.TokenAsync(person.Login); // the old password works on
    }

    [Fact]
    public async Task ChoosingByLinkEndsEverySession()
    {
        PersonRow person = await people.CreateAsync();
        string token = await people.TokenAsync(person.Login);
        TenancyHost.Accepted(await ChooseAsync(await LinkAsync(person), New));
        Assert.Null(await people.FindAsync(token));
        Assert.Equal(new LogInResult.Wrong(), await people.LogInAsync(person.Login));
    }

    [Fact]
    public async Task ChangingItEndsEverySessionAndGivesTheBrowserAtHandANewOne()
    {
        PersonRow person = await people.CreateAsync();
        string here = await people.TokenAsync(person.Login);
        string there = await people.TokenAsync(person.Login);
        string link = await LinkAsync(person);
        SignedIn who = (await people.FindAsync(here))!;

        ChangePasswordResult changed = TenancyHost.Accepted(await ChangeAsync(who, PeopleFixture.Password, New));
        Assert.Null(await people.FindAsync(here));
        Assert.Null(await people.FindAsync(there));
        Assert.Null(await FindByLinkAsync(link));
        Assert.Equal(person.Id, (await people.FindAsync(changed.Token))!.Person.Id);
        await people.TokenAsync(person.Login, New);
    }

    [Fact]
    public async Task ChangingItNeedsTheOldOneAndAGoodNewOneAndIsThrottled()
    {
        PersonRow person = await people.CreateAsync();
        SignedIn who = (await people.FindAsync(await people.TokenAsync(person.Login)))!;
        Assert.Equal((ErrorCode.PasswordTooWeak, "newPassword"), Only(await ChangeAsync(who, PeopleFixture.Password, "short")));
        for (int i = 0; i < 5; i++)
            Assert.Equal((ErrorCode.Invalid, "oldPassword"), Only(await ChangeAsync(who, "wrong horse", New)));
        Assert.Equal((ErrorCode.Throttled, "oldPassword"), Only(await ChangeAsync(who, PeopleFixture.Password, New)));
        Assert.Equal(["0"], await people.RowsAsync($"SELECT count(*) FROM tenancy.audit WHERE action = 'PasswordSet' AND object_id = '{person.Id}'"));
    }

    private static (ErrorCode Code, string? Field) Only<T>(Outcome<T> outcome) where T : class
    {
        Refusal refusal = Assert.Single(outcome.Refusals);
        return (refusal.Code, refusal.Field);
    }

    private Task<Outcome<ChangePasswordResult>> ChangeAsync(SignedIn who, string old, string chosen) => people.Host.Get<ChangePasswordHandler>().HandleAsync(
        new ChangePassword(who, old, chosen, PeopleFixture.ClientAt("192.0.2.9")), TenancyHost.Soon());

    private Task<Outcome<PersonRow>> ChooseAsync(string token, string password) =>
        people.Host.Get<ChoosePasswordHandler>().HandleAsync(new ChoosePassword(token, password, "192.0.2.1"), TenancyHost.Soon());

    private Task<PersonRow?> FindByLinkAsync(string token) =>
        people.Host.Get<FleetPeople>().FindByLinkAsync(token, people.Host.Clock.GetUtcNow(), TenancyHost.Soon());

    private async Task<string> LinkAsync(PersonRow person) => TenancyHost.Accepted(await people.Host.Get<CreatePasswordLinkHandler>().HandleAsync(
        new CreatePasswordLink(person.Id), people.Host.Operator, TenancyHost.Soon())).LinkToken;
}
