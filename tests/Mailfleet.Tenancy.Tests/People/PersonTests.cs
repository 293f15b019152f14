using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.SignUps;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Tests.People;

public sealed class PersonTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    [Theory]
    [InlineData("login", "not an address", ErrorCode.Invalid)]
    [InlineData("login", "a b@people.example", ErrorCode.Invalid)]
    [InlineData("login", "a@localhost", ErrorCode.Invalid)]
    [InlineData("login", "a@people.example\r\nx", ErrorCode.Invalid)]
    [InlineData("name", " ", ErrorCode.Invalid)]
    [InlineData("password", "short", ErrorCode.PasswordTooWeak)]
    [InlineData("password", "long.local.part", ErrorCode.PasswordTooWeak)]
    public async Task RefusesBadInputAndNamesTheField(string field, string value, ErrorCode code)
    {
        CreatePerson good = new(NodeId.Of(people.Customer.Id), Role.CustomerAdmin, "long.local.part@people.example", "Ann", "correct horse");
        CreatePerson command = field switch
        {
            "login" => good with { Login = value },
            "name" => good with { Name = value },
            _ => good with { Password = value },
        };
        Refusal refusal = Assert.Single((await CreateAsync(command, people.Host.Operator)).Refusals);
        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }

    [Fact]
    public async Task ALogInBelongsToOnePersonHoweverItIsTyped()
    {
        CreatePerson command = new(NodeId.Of(people.Customer.Id), Role.CustomerAdmin, "Ann@BÜCHER.example", "Ann", null);
        Outcome<CreatePersonResult>[] both = await Task.WhenAll(
            CreateAsync(command, people.Host.Operator), CreateAsync(command with { Login = " ann@xn--bcher-kva.example" }, people.Host.Operator));
        Assert.Equal("ann@xn--bcher-kva.example", Assert.Single(both, outcome => outcome.IsAccepted).Value!.Person.Login);
        Assert.Equal(ErrorCode.LoginTaken, Assert.Single(both, outcome => !outcome.IsAccepted).Refusals[0].Code);
    }

    [Fact]
    public async Task ARoleIsHeldAtNodesOfItsLevelAlone()
    {
        foreach (Role role in Enum.GetValues<Role>())
        {
            Outcome<CreatePersonResult> atCustomer = await CreateAsync(
                new CreatePerson(NodeId.Of(people.Customer.Id), role, people.NewLogin(), "Ann", null), people.Host.Operator);
            Assert.Equal(RoleRights.LevelOf(role) == Level.Customer, atCustomer.IsAccepted);
            Outcome<CreatePersonResult> atRoot = await CreateAsync(new CreatePerson(NodeId.Root, role, people.NewLogin(), "Ann", null), people.Host.Operator);
            Assert.Equal(RoleRights.LevelOf(role) == Level.Fleet && role != Role.Visitor, atRoot.IsAccepted);
        }
    }

    [Fact]
    public async Task NobodyGivesMoreThanTheyHaveOrTouchesWhoHasMore()
    {
        PersonRow owner = await people.CreateAsync();
        Actor ownerActor = ActorOf(owner);
        Actor narrowed = ownerActor with { Person = null, Rights = RightSet.Of(Right.ManagePeople, Right.ReadPeople) };

        Outcome<CreatePersonResult> broader = await CreateAsync(new CreatePerson(owner.Node, Role.CustomerAdmin, people.NewLogin(), "Ann", null), narrowed);
        Assert.Equal((ErrorCode.Forbidden, "role"), (broader.Refusals[0].Code, broader.Refusals[0].Field));
        Outcome<PersonRow> removed = await people.Host.Get<RemovePersonHandler>().HandleAsync(new RemovePerson(owner.Id), narrowed, TenancyHost.Soon());
        Assert.Equal((ErrorCode.Forbidden, "personId"), (removed.Refusals[0].Code, removed.Refusals[0].Field));
        Outcome<CreatePasswordLinkResult> link = await people.Host.Get<CreatePasswordLinkHandler>().HandleAsync(
            new CreatePasswordLink(owner.Id), narrowed, TenancyHost.Soon());
        Assert.Equal(ErrorCode.Forbidden, link.Refusals[0].Code);
    }

    [Fact]
    public async Task NobodyChangesOrRemovesThemselves()
    {
        PersonRow owner = await people.CreateAsync();
        Outcome<PersonRow> raised = await people.Host.Get<SetPersonRoleHandler>().HandleAsync(
            new SetPersonRole(owner.Id, Role.CustomerAuditor), ActorOf(owner), TenancyHost.Soon());
        Outcome<PersonRow> removed = await people.Host.Get<RemovePersonHandler>().HandleAsync(new RemovePerson(owner.Id), ActorOf(owner), TenancyHost.Soon());
        Assert.Equal([ErrorCode.Forbidden, ErrorCode.Forbidden], new[] { raised, removed }.Select(outcome => outcome.Refusals[0].Code));
    }

    [Fact]
    public async Task ANewRoleHoldsFromTheNextRequestOnAndIsWrittenDown()
    {
        PersonRow person = await people.CreateAsync(Role.CustomerAdmin);
        string token = await people.TokenAsync(person.Login);
        TenancyHost.Accepted(await people.Host.Get<SetPersonRoleHandler>().HandleAsync(
            new SetPersonRole(person.Id, Role.CustomerAuditor), people.Host.Operator with { Source = "192.0.2.7" }, TenancyHost.Soon()));

        Assert.False((await people.FindAsync(token))!.ToActor(null).May(Right.CreateMailbox));
        Assert.Equal(
            ["operator token|Operator|192.0.2.7|{\"role\": \"CustomerAdmin\"}|{\"role\": \"CustomerAuditor\"}"],
            await people.RowsAsync($"SELECT actor, role, source, before, after FROM tenancy.audit WHERE object_id = '{person.Id}' AND action = 'PersonRoleSet'"));
    }

    [Fact]
    public async Task TheFirstMailboxOfASignUpIsItsOwnersLogIn()
    {
        TenancyHost.Accepted(await SignUpAsync("owner.mailfleet.test"));
        SignedIn owner = (await people.FindAsync(await people.TokenAsync("boss@owner.mailfleet.test")))!;
        Assert.Equal((Role.CustomerOwner, "Owner Ltd"), (owner.Person.Role, owner.Person.Name));
        Page<MailboxRow> sees = await people.Host.Get<FleetLists>().Mailboxes.PageAsync(owner.ToActor(null), new PageRequest(10), TextFilter.None, TenancyHost.Soon());
        Assert.Equal(["boss@owner.mailfleet.test"], sees.Rows.Select(row => row.Address));
    }

    [Fact]
    public async Task AnAbandonedSignUpKeepsNobodyFromTheLogInOfWhoeverOwnsTheName()
    {
        TenancyHost.Accepted(await SignUpAsync("abandoned.example"));
        string squatter = await people.TokenAsync("boss@abandoned.example");
        people.Host.Clock.Advance(TimeSpan.FromDays(1));
        TenancyHost.Accepted(await SignUpAsync("abandoned.example", "rightful owner"));

        Assert.Null(await people.FindAsync(squatter));
        Assert.Equal(new LogInResult.Wrong(), await people.LogInAsync("boss@abandoned.example"));
        await people.TokenAsync("boss@abandoned.example", "rightful owner");
    }

    [Fact]
    public async Task ASignUpDoesNotTakeALogInThatSomebodyHas()
    {
        await people.CreateAsync(login: "boss@second.mailfleet.test");
        Refusal refusal = Assert.Single((await SignUpAsync("second.mailfleet.test")).Refusals);
        Assert.Equal((ErrorCode.LoginTaken, "mailbox"), (refusal.Code, refusal.Field));
        Assert.Equal(["0"], await people.RowsAsync("SELECT count(*) FROM tenancy.domain WHERE name = 'second.mailfleet.test'"));
    }

    private Task<Outcome<SignUpReceipt>> SignUpAsync(string domain, string password = PeopleFixture.Password) =>
        people.Host.Get<ISignUps>().SignUpAsync(new SignUp("Owner Ltd", "trial", domain, "boss", password, null, "en"), TenancyHost.Soon());

    private Task<Outcome<CreatePersonResult>> CreateAsync(CreatePerson command, Actor actor) =>
        people.Host.Get<CreatePersonHandler>().HandleAsync(command, actor, TenancyHost.Soon());

    private static Actor ActorOf(PersonRow person) => Actor.Of(person.Login, person.Role, person.Path) with { Person = person.Id };
}
