using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Storage;
using OtpNet;

namespace Mailfleet.Tenancy.Tests.People;

public sealed class SecondFactorTests(PeopleFixture people) : IClassFixture<PeopleFixture>
{
    // RFC 6238 appendix B, SHA-1, cut to six digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void GivesTheCodesOfTheRfc(long seconds, string code) => Assert.Equal(
        seconds / 30, TotpSeeds.FindStep("12345678901234567890"u8.ToArray(), code, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(61, false)]
    public void ACodeIsGoodAStepBeforeAndAfterItsOwn(int seconds, bool isGood)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1111111110);
        byte[] seed = "12345678901234567890"u8.ToArray();
        Assert.Equal(isGood, TotpSeeds.FindStep(seed, new Totp(seed).ComputeTotp(now.AddSeconds(seconds).UtcDateTime), now) is not null);
    }

    [Fact]
    public async Task NothingChangesUntilAFirstCodeIsConfirmed()
    {
        PersonRow person = await people.CreateAsync();
        SignedIn who = (await people.FindAsync(await people.TokenAsync(person.Login)))!;
        BeginTotpResult begun = await BeginAsync(who);
        Assert.Equal(begun, await BeginAsync(who)); // a reload shows the same picture
        Assert.StartsWith("otpauth://totp/mailfleet.test:", begun.Uri, StringComparison.Ordinal);
        Assert.False((await ConfirmAsync(who, "000000")).IsAccepted);
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(person.Login));
    }

    [Fact]
    public async Task WithItOnAPasswordOpensOnlyTheFormForTheCode()
    {
        Protected it = await ProtectAsync();
        LogInResult.CodeNeeded half = await HalfAsync(it);
        Assert.Null(await people.FindAsync(half.Token));
        IReadOnlyList<SessionRow> sessions = await people.Host.Get<FleetPeople>().SessionsOfAsync(it.Person.Id, people.Host.Clock.GetUtcNow(), TenancyHost.Soon());
        Assert.Equal([it.Session], sessions.Select(session => session.Id));

        string token = Assert.IsType<LogInResult.Opened>(await EnterAsync(half.Token, NextCode(it))).Token;
        Assert.NotEqual(half.Token, token);
        Assert.Equal(it.Person.Id, (await people.FindAsync(token))!.Person.Id);
        Assert.Null(await EnterAsync(half.Token, NextCode(it))); // the half session is over
    }

    [Fact]
    public async Task TurningItOnEndsTheOtherSessionsAndKeepsThisOne()
    {
        PersonRow person = await people.CreateAsync();
        string here = await people.TokenAsync(person.Login);
        string there = await people.TokenAsync(person.Login);
        SignedIn who = (await people.FindAsync(here))!;
        BeginTotpResult begun = await BeginAsync(who);
        TenancyHost.Accepted(await ConfirmAsync(who, CodeOf(begun.Secret)));
        Assert.NotNull(await people.FindAsync(here));
        Assert.Null(await people.FindAsync(there));
    }

    [Fact]
    public async Task NoCodeWorksTwice()
    {
        Protected it = await ProtectAsync();
        string code = NextCode(it);
        LogInResult.CodeNeeded one = await HalfAsync(it);
        LogInResult.CodeNeeded two = await HalfAsync(it);
        LogInResult?[] both = await Task.WhenAll(EnterAsync(one.Token, code), EnterAsync(two.Token, code, "192.0.2.2"));
        Assert.Single(both, result => result is LogInResult.Opened);
        Assert.Single(both, result => result is LogInResult.Wrong);
    }

    [Fact]
    public async Task ARecoveryCodeOpensOneLogInHoweverItIsTyped()
    {
        Protected it = await ProtectAsync();
        Assert.Equal(10, it.RecoveryCodes.Distinct().Count());
        string typed = $" {it.RecoveryCodes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)} ";
        Assert.IsType<LogInResult.Opened>(await EnterAsync((await HalfAsync(it)).Token, typed));
        LogInResult.CodeNeeded half = await HalfAsync(it);
        Assert.IsType<LogInResult.Wrong>(await EnterAsync(half.Token, it.RecoveryCodes[0]));
        Assert.IsType<LogInResult.Opened>(await EnterAsync(half.Token, it.RecoveryCodes[1]));
    }

    [Fact]
    public async Task GuessingCodesIsThrottledAndANewLogInDoesNotResetIt()
    {
        Protected it = await ProtectAsync();
        for (int i = 0; i < 5; i++)
            Assert.IsType<LogInResult.Wrong>(await EnterAsync((await HalfAsync(it)).Token, "000000"));
        LogInResult.CodeNeeded half = await HalfAsync(it);
        Assert.IsType<LogInResult.Throttled>(await EnterAsync(half.Token, NextCode(it)));
        people.Host.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.IsType<LogInResult.Opened>(await EnterAsync(half.Token, NextCode(it)));
    }

    [Fact]
    public async Task HalfALogInEndsAfterTenMinutes()
    {
        Protected it = await ProtectAsync();
        LogInResult.CodeNeeded half = await HalfAsync(it);
        people.Host.Clock.Advance(SessionLimits.HalfLifetime);
        Assert.Null(await EnterAsync(half.Token, NextCode(it)));
    }

    [Fact]
    public async Task ItGoesWithALastCodeOrByWhoManagesPeople()
    {
        Protected it = await ProtectAsync();
        SignedIn who = new(it.Person, it.Session);
        RemoveTotpHandler removes = people.Host.Get<RemoveTotpHandler>();
        Assert.False((await removes.HandleAsync(new RemoveTotp(who, "000000", PeopleFixture.ClientAt("192.0.2.1")), TenancyHost.Soon())).IsAccepted);
        TenancyHost.Accepted(await removes.HandleAsync(new RemoveTotp(who, NextCode(it), PeopleFixture.ClientAt("192.0.2.1")), TenancyHost.Soon()));
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(it.Person.Login));

        Protected other = await ProtectAsync();
        TenancyHost.Accepted(await people.Host.Get<ResetSecondFactorHandler>().HandleAsync(new ResetSecondFactor(other.Person.Id), people.Host.Operator, TenancyHost.Soon()));
        Assert.IsType<LogInResult.Opened>(await people.LogInAsync(other.Person.Login));
        Assert.Equal(["1"], await people.RowsAsync($"SELECT count(*) FROM tenancy.person_session WHERE person_id = '{other.Person.Id}'"));
        Assert.Equal(
            ["SecondFactorAdded", "SecondFactorRemoved"],
            await people.RowsAsync($"SELECT action FROM tenancy.audit WHERE object_id = '{other.Person.Id}' AND action LIKE 'Second%' ORDER BY at, action"));
    }

    [Fact]
    public async Task SeedAndCodesRestSealedAndForTheirPersonAlone()
    {
        Protected it = await ProtectAsync();
        Protected other = await ProtectAsync();
        string all = string.Concat(await people.RowsAsync("SELECT (SELECT string_agg(p::text, ' ') FROM tenancy.person p), (SELECT string_agg(r::text, ' ') FROM tenancy.recovery_code r)"));
        Assert.DoesNotContain(Convert.ToHexStringLower(Base32Encoding.ToBytes(it.Secret)), all, StringComparison.Ordinal);
        Assert.DoesNotContain(it.RecoveryCodes[0], all, StringComparison.Ordinal);

        await people.RowsAsync($"UPDATE tenancy.person SET totp_sealed = (SELECT totp_sealed FROM tenancy.person WHERE id = '{other.Person.Id}') WHERE id = '{it.Person.Id}'");
        LogInResult.CodeNeeded half = await HalfAsync(it);
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => EnterAsync(half.Token, NextCode(other)));
    }

    private sealed record Protected(PersonRow Person, SessionId Session, string Secret, IReadOnlyList<string> RecoveryCodes);

    private async Task<Protected> ProtectAsync()
    {
        PersonRow person = await people.CreateAsync();
        SignedIn who = (await people.FindAsync(await people.TokenAsync(person.Login)))!;
        BeginTotpResult begun = await BeginAsync(who);
        ConfirmTotpResult confirmed = TenancyHost.Accepted(await ConfirmAsync(who, CodeOf(begun.Secret)));
        return new Protected(person, who.Session, begun.Secret, confirmed.RecoveryCodes);
    }

    private async Task<LogInResult.CodeNeeded> HalfAsync(Protected it) => Assert.IsType<LogInResult.CodeNeeded>(await people.LogInAsync(it.Person.Login));

    private async Task<BeginTotpResult> BeginAsync(SignedIn who) =>
        TenancyHost.Accepted(await people.Host.Get<BeginTotpHandler>().HandleAsync(new BeginTotp(who), TenancyHost.Soon()));

    private Task<Outcome<ConfirmTotpResult>> ConfirmAsync(SignedIn who, string code) =>
        people.Host.Get<ConfirmTotpHandler>().HandleAsync(new ConfirmTotp(who, code, "192.0.2.1"), TenancyHost.Soon());

    private Task<LogInResult?> EnterAsync(string token, string code, string network = "192.0.2.1") =>
        people.Host.Get<EnterCodeHandler>().HandleAsync(new EnterCode(token, code, PeopleFixture.ClientAt(network)), TenancyHost.Soon());

    private string CodeOf(string secret) => new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(people.Host.Clock.GetUtcNow().UtcDateTime);

    // The code of a step that has not been used yet.
    private string NextCode(Protected it)
    {
        people.Host.Clock.Advance(TimeSpan.FromSeconds(30));
        return CodeOf(it.Secret);
    }
}
