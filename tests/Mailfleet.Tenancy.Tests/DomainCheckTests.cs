using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Domains.Checks;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Testing;

namespace Mailfleet.Tenancy.Tests;

public sealed class DomainCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DomainName Host = DomainName.Parse("mailfleet.test");
    private static readonly Domain Domain = new(DomainId.New(Now), CustomerId.New(Now), DomainName.Parse("example.com"), DomainStage.Proven, "mailfleet-verify=x", null);

    [Theory]
    [InlineData("mailfleet.test", DnsVerdict.Good)]
    [InlineData("mx1.mailfleet.test,mx2.mailfleet.test", DnsVerdict.Good)]
    [InlineData("mailfleet.test,mx.elsewhere.example", DnsVerdict.Wrong)]
    [InlineData("mx.elsewhere.example", DnsVerdict.Wrong)]
    [InlineData("evilmailfleet.test", DnsVerdict.Wrong)]
    [InlineData("", DnsVerdict.Missing)]
    [InlineData(null, DnsVerdict.Unknown)]
    public void JudgesExchangers(string? found, DnsVerdict verdict) => Assert.Equal(verdict, Of("MX", exchangers: Answer(found)).Verdict);

    [Theory]
    [InlineData("v=spf1 mx -all", DnsVerdict.Good)]
    [InlineData("V=SPF1 +MX ~all", DnsVerdict.Good)]
    [InlineData("v=spf1 a:mailfleet.test -all", DnsVerdict.Good)]
    [InlineData("v=spf1 include:other.example -all", DnsVerdict.Wrong)]
    [InlineData("v=spf1 -mx -all", DnsVerdict.Wrong)]
    [InlineData("v=spf1 mx -all,v=spf1 a -all", DnsVerdict.Wrong)]
    [InlineData("v=spf10 mx,something else", DnsVerdict.Missing)]
    [InlineData("", DnsVerdict.Missing)]
    [InlineData(null, DnsVerdict.Unknown)]
    public void JudgesSpf(string? found, DnsVerdict verdict) => Assert.Equal(verdict, Of("SPF", texts: Answer(found)).Verdict);

    [Theory]
    [InlineData("v=DMARC1; p=reject", DnsVerdict.Good)]
    [InlineData("v=DMARC1", DnsVerdict.Wrong)]
    [InlineData("v=DMARC1; p=none,v=DMARC1; p=reject", DnsVerdict.Wrong)]
    [InlineData("p=none", DnsVerdict.Missing)]
    public void JudgesDmarc(string found, DnsVerdict verdict) => Assert.Equal(verdict, Of("DMARC", dmarc: Answer(found)).Verdict);

    [Theory]
    [InlineData("mailfleet-verify=x", DnsVerdict.Good)]
    [InlineData("other,mailfleet-verify=x", DnsVerdict.Good)]
    [InlineData("mailfleet-verify=y", DnsVerdict.Wrong)]
    [InlineData("", DnsVerdict.Missing)]
    public void JudgesTheProof(string found, DnsVerdict verdict) => Assert.Equal(verdict, Of("PROOF", proof: Answer(found)).Verdict);

    [Fact]
    public void WritesWhatIsWantedAsAZoneFile() => Assert.Equal(
        "_mailfleet.example.com.\tIN\tTXT\t\"mailfleet-verify=x\"\nexample.com.\tIN\tMX\t10 mailfleet.test.\nexample.com.\tIN\tTXT\t\"v=spf1 mx -all\"\n_dmarc.example.com.\tIN\tTXT\t\"v=DMARC1; p=none\"\n",
        DnsJudge.ToZone(DnsJudge.Judge(Domain, Host, Answer(""), Answer(""), Answer(""), Answer(""))));

    [Theory]
    [InlineData("mx.elsewhere.example", "", true)]
    [InlineData("mx.elsewhere.example", "mailfleet-verify=x", false)] // a filter in front of us
    [InlineData("mx.elsewhere.example", null, false)]
    [InlineData("", "", false)]
    [InlineData(null, "", false)]
    [InlineData("mailfleet.test", "", false)]
    public void IsAdriftOnlyWhenMailGoesElsewhereAndTheProofIsGone(string? exchangers, string? proof, bool isAdrift) => Assert.Equal(
        isAdrift, DnsJudge.IsAdrift(DnsJudge.Judge(Domain, Host, Answer(exchangers), Answer(""), Answer(""), Answer(proof))));

    [Fact]
    public async Task ADomainThatDriftedAwayIsLocalNoLongerAndComesBackWhenProvenAgain()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        Domain domain = TenancyHost.Accepted(await host.Get<CreateDomainHandler>().HandleAsync(
            new CreateDomain(customer.Id, "drift.example"), Actor.Of("owner", Role.CustomerOwner, customer.Path), TenancyHost.Soon()));
        host.Dns.Published.Add(domain.ProofValue);
        TenancyHost.Accepted(await host.Get<ProveDomainHandler>().HandleAsync(new ProveDomain(customer.Id, domain.Id), host.Operator, TenancyHost.Soon()));
        Mailbox mailbox = await host.CreateMailboxAsync(domain, "ann");
        Domain vouched = await host.CreateDomainAsync(customer, "vouched.example");
        host.Records.Exchangers["drift.example"] = ["mx.elsewhere.example"];
        host.Records.Exchangers["vouched.example"] = ["mx.elsewhere.example"];

        await CheckAsync(host, TimeSpan.Zero);
        DomainCheckRow row = (await host.Get<DomainCheckTable>().FindAsync([domain.Id], TenancyHost.Soon()))[domain.Id];
        Assert.NotNull(row.AdriftSince);
        Assert.Contains("10 mailfleet.test.", row.Zone, StringComparison.Ordinal);

        await CheckAsync(host, TimeSpan.FromDays(3));
        host.Records.IsAway = true; // what cannot be seen changes nothing
        await CheckAsync(host, TimeSpan.FromDays(1));
        host.Records.IsAway = false;
        Assert.Equal(row.AdriftSince, (await host.Get<DomainCheckTable>().FindAsync([domain.Id], TenancyHost.Soon()))[domain.Id].AdriftSince);
        await host.WaitUntilAppliedAsync(domain.Id.Value, vouched.Id.Value);
        Assert.Equal("1", await StateAsync(host, domain.Id));

        await CheckAsync(host, TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await host.WaitUntilAppliedAsync(domain.Id.Value, mailbox.Id.Value);
        Assert.Equal("0", await StateAsync(host, domain.Id));
        Assert.Equal("1", await StateAsync(host, vouched.Id)); // its operator answers for it
        Outcome<Domain> taken = await host.Get<CreateDomainHandler>().HandleAsync(new CreateDomain((await host.CreateCustomerAsync("Next")).Id, "drift.example"), host.Operator, TenancyHost.Soon());
        Assert.Equal(ErrorCode.DomainTaken, taken.Refusals.Single().Code); // the name is kept for a while

        TenancyHost.Accepted(await host.Get<ProveDomainHandler>().HandleAsync(new ProveDomain(customer.Id, domain.Id), host.Operator, TenancyHost.Soon()));
        await host.WaitUntilAppliedAsync(domain.Id.Value);
        Assert.Equal("1", await StateAsync(host, domain.Id));
    }

    [Fact]
    public async Task IsLookedAtWhenSomebodyAsksAndNotByStrangers()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        Customer customer = await host.CreateCustomerAsync();
        Domain domain = await host.CreateDomainAsync(customer, "asked.example");
        Customer foreign = await host.CreateCustomerAsync("Foreign");
        CheckDomainHandler handler = host.Get<CheckDomainHandler>();
        Assert.Equal(ErrorCode.NotFound, (await handler.HandleAsync(new CheckDomain(domain.Id), Actor.Of("x", Role.CustomerOwner, foreign.Path), TenancyHost.Soon())).Refusals.Single().Code);
        Assert.Equal(ErrorCode.Forbidden, (await handler.HandleAsync(new CheckDomain(domain.Id), Actor.Of("x", Role.CustomerAuditor, customer.Path), TenancyHost.Soon())).Refusals.Single().Code);

        await CheckAsync(host, TimeSpan.Zero);
        host.Records.Exchangers["asked.example"] = ["mailfleet.test"];
        TenancyHost.Accepted(await handler.HandleAsync(new CheckDomain(domain.Id), host.Operator, TenancyHost.Soon()));
        await CheckAsync(host, TimeSpan.FromSeconds(3));
        DomainCheckRow row = await TenancyHost.UntilAsync(
            async () => (await host.Get<DomainCheckTable>().FindAsync([domain.Id], TenancyHost.Soon()))[domain.Id], found => found.Records.Single(r => r.Purpose == "MX").Verdict == DnsVerdict.Good);
        Assert.Equal(["mailfleet.test"], row.Records.Single(r => r.Purpose == "MX").Found);
    }

    // The background's own rounds may take some of them, so what counts is that each has been looked at.
    private static async Task CheckAsync(TenancyHost host, TimeSpan later)
    {
        host.Clock.Advance(later);
        DateTimeOffset now = host.Clock.GetUtcNow();
        while (await host.Get<DomainChecker>().RunOnceAsync(TenancyHost.Soon()) > 0)
        {
        }

        await TenancyHost.UntilAsync(
            () => TenancyHost.RowsAsync(host.ControlDatabase, $"SELECT count(*) FROM tenancy.domain d LEFT JOIN tenancy.domain_check c ON c.domain_id = d.id WHERE d.listed AND (c.checked_at IS NULL OR c.checked_at < '{now:O}')"),
            rows => rows[0] == "0");
    }

    private static async Task<string> StateAsync(TenancyHost host, DomainId id) =>
        (await TenancyHost.RowsAsync(host.CellDatabase, $"SELECT state FROM directory.domain WHERE public_id = '{id}'")).Single();

    private static DnsRecordCheck Of(string purpose, DnsAnswer? exchangers = null, DnsAnswer? texts = null, DnsAnswer? dmarc = null, DnsAnswer? proof = null)
    {
        DnsAnswer none = Answer("");
        DnsRecordCheck check = DnsJudge.Judge(Domain, Host, exchangers ?? none, texts ?? none, dmarc ?? none, proof ?? none).Single(record => record.Purpose == purpose);
        Assert.NotEmpty(check.Why);
        return check;
    }

    private static DnsAnswer Answer(string? values) => values is null ? new DnsAnswer(false, []) : new DnsAnswer(true, values.Length == 0 ? [] : values.Split(','));
}
