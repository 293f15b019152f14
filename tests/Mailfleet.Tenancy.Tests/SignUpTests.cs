using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.SignUps;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class SignUpTests : IAsyncLifetime
{
    private static readonly SignUp Good = new("Acme", "trial", "acme.mailfleet.test", "Info", "correct horse", null, "en");

    private readonly PostgresFixture _postgres = new();
    private TenancyHost? _host;

    private TenancyHost Host => _host!;

    private ISignUps SignUps => Host.Get<ISignUps>();

    public async ValueTask InitializeAsync() => _host = await TenancyHost.StartAsync(_postgres);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task AFreeSubdomainWorksAtOnce()
    {
        string token = await SignUpAsync(Good with { Company = " Acme 公司 ", Email = "boss@example.org" });
        SignUpStatus status = await UntilLiveAsync(token);
        Assert.Equal(new SignUpStatus(SignUpStage.Complete, "Acme 公司", "acme.mailfleet.test", "info@acme.mailfleet.test", true, null, null, null), status);
    }

    [Fact]
    public async Task AnOwnDomainWaitsForItsTxtRecord()
    {
        string token = await SignUpAsync(Good with { Domain = "Bücher.example" });
        SignUpStatus waiting = (await SignUps.FindAsync(token, TenancyHost.Soon()))!;
        Assert.Equal(SignUpStage.AwaitingProof, waiting.Stage);
        Assert.Equal("bücher.example", waiting.DomainName);
        Assert.Equal("_mailfleet.xn--bcher-kva.example", waiting.ProofName);
        Assert.StartsWith("mailfleet-verify=", waiting.ProofValue, StringComparison.Ordinal);
        Assert.Equal(Host.Clock.GetUtcNow().AddDays(1), waiting.ReservedUntil);

        Outcome<SignUpStatus> early = await SignUps.CheckProofAsync(token, TenancyHost.Soon());
        Assert.Equal((ErrorCode.DomainNotProven, "domain"), (early.Refusals[0].Code, early.Refusals[0].Field));

        Host.Dns.Published.Add(waiting.ProofValue!);
        SignUpStatus done = TenancyHost.Accepted(await SignUps.CheckProofAsync(token, TenancyHost.Soon()));
        Assert.Equal(SignUpStage.Complete, done.Stage);
        Assert.Null(done.ProofName);
        Assert.Equal(SignUpStage.Complete, TenancyHost.Accepted(await SignUps.CheckProofAsync(token, TenancyHost.Soon())).Stage);
        Assert.True((await UntilLiveAsync(token)).IsMailboxLive);
    }

    [Fact]
    public async Task ASignUpThatIsNotFinishedFreesItsName()
    {
        string slow = await SignUpAsync(Good with { Domain = "slow.example" });
        Host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(SignUpStage.Expired, (await SignUps.FindAsync(slow, TenancyHost.Soon()))!.Stage);
        string next = await SignUpAsync(Good with { Domain = "slow.example" });
        Assert.Equal(SignUpStage.AwaitingProof, (await SignUps.FindAsync(next, TenancyHost.Soon()))!.Stage);
        SignUpStatus lost = (await SignUps.FindAsync(slow, TenancyHost.Soon()))!;
        Assert.Equal(SignUpStage.Expired, lost.Stage);
        Assert.Null(lost.ProofName);
        Assert.False((await SignUps.CheckProofAsync(slow, TenancyHost.Soon())).IsAccepted);
    }

    [Fact]
    public async Task ARefusalLeavesNothingBehind()
    {
        await SignUpAsync(Good);
        string[] before = await CountsAsync();
        Outcome<SignUpReceipt> taken = await SignUps.SignUpAsync(Good with { Company = "Other" }, TenancyHost.Soon());
        Assert.Equal((ErrorCode.DomainTaken, "domain"), (taken.Refusals[0].Code, taken.Refusals[0].Field));
        Assert.Equal(before, await CountsAsync());
    }

    [Theory]
    [InlineData("company", " ", ErrorCode.Invalid)]
    [InlineData("company", "a\u0000b", ErrorCode.Invalid)]
    [InlineData("plan", "gold", ErrorCode.Invalid)]
    [InlineData("domain", "localhost", ErrorCode.Invalid)]
    [InlineData("domain", "", ErrorCode.Invalid)]
    [InlineData("domain", "postmaster.mailfleet.test", ErrorCode.DomainReserved)]
    [InlineData("domain", "mailfleet.test", ErrorCode.DomainReserved)]
    [InlineData("mailbox", "a@b", ErrorCode.Invalid)]
    [InlineData("password", "short", ErrorCode.PasswordTooWeak)]
    [InlineData("email", "no address", ErrorCode.Invalid)]
    [InlineData("email", "Boss <boss@example.org>", ErrorCode.Invalid)]
    [InlineData("language", "tlh", ErrorCode.Invalid)]
    public async Task NamesTheFieldThatIsWrong(string field, string value, ErrorCode code)
    {
        SignUp command = field switch
        {
            "company" => Good with { Company = value },
            "plan" => Good with { Plan = value },
            "domain" => Good with { Domain = value },
            "mailbox" => Good with { Mailbox = value },
            "password" => Good with { Password = value },
            "email" => Good with { Email = value },
            _ => Good with { Language = value },
        };
        Refusal refusal = Assert.Single((await SignUps.SignUpAsync(command, TenancyHost.Soon())).Refusals);
        Assert.Equal((field, code), (refusal.Field, refusal.Code));
    }

    [Fact]
    public async Task TellsAllThatIsWrongAtOnce()
    {
        Outcome<SignUpReceipt> outcome = await SignUps.SignUpAsync(new SignUp("", "", "", "", "", "x", ""), TenancyHost.Soon());
        Assert.Equal(["company", "plan", "domain", "mailbox", "password", "email", "language"], outcome.Refusals.Select(refusal => refusal.Field));
    }

    [Fact]
    public async Task AnUnknownTokenFindsNothing()
    {
        Assert.Null(await SignUps.FindAsync("nonsense", TenancyHost.Soon()));
        Assert.Equal(ErrorCode.NotFound, (await SignUps.CheckProofAsync("nonsense", TenancyHost.Soon())).Refusals[0].Code);
    }

    [Fact]
    public async Task TheTokenStandsNowhereInTheDatabase()
    {
        string token = await SignUpAsync(Good);
        Assert.DoesNotContain(token, string.Concat(await TenancyHost.RowsAsync(Host.ControlDatabase, "SELECT d::text FROM marten.mt_doc_signuprecord d")));
    }

    private async Task<string> SignUpAsync(SignUp command) => TenancyHost.Accepted(await SignUps.SignUpAsync(command, TenancyHost.Soon())).Token;

    private async Task<SignUpStatus> UntilLiveAsync(string token) =>
        (await TenancyHost.UntilAsync(() => SignUps.FindAsync(token, TenancyHost.Soon()), status => status!.IsMailboxLive))!;

    private Task<string[]> CountsAsync() => TenancyHost.RowsAsync(
        Host.ControlDatabase,
        """
        SELECT (SELECT count(*) FROM marten.mt_events), (SELECT count(*) FROM marten.mt_doc_nameclaim), (SELECT count(*) FROM tenancy.customer),
               (SELECT count(*) FROM tenancy.mailbox)
        """);
}
