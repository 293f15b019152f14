using System.Net;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Portal.Texts;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.SignUps;

namespace Mailfleet.Api.Tests.Portal;

public sealed class StatusPageTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static readonly Text English = Language.English.Text;
    private static readonly SignUpStatus Free = new(SignUpStage.Complete, "Acme Ltd", "acme.mailfleet.test", "info@acme.mailfleet.test", true, null, null, null);
    private static readonly SignUpStatus Waiting = new(
        SignUpStage.AwaitingProof, "Acme Ltd", "bücher.example", "info@bücher.example", false, "_mailfleet.xn--bcher-kva.example", "proof-1234", new DateTimeOffset(2026, 11, 25, 20, 5, 0, TimeSpan.FromHours(2)));

    private static readonly SignUpStatus Proven = Waiting with { Stage = SignUpStage.Complete, IsMailboxLive = true, ProofName = null, ProofValue = null, ReservedUntil = null };

    [Fact]
    public async Task SaysHowToConnectAndThatAFreeDomainNeedsNothing()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Free;
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync("/signup/t");

        Assert.Equal(English.LiveTitle, page.Headline);
        Assert.Contains(English.DnsNothing("mailfleet.test"), page.Words, StringComparison.Ordinal);
        Assert.Contains("<code>info@acme.mailfleet.test</code>", page.Source, StringComparison.Ordinal);
        Assert.Contains("<code>mailfleet.test</code>", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("MX", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowsExactlyTheServicesThatHaveAPort()
    {
        await using PortalSite some = await fixture.StartAsync(clients: new ClientSettings("mail.example", null, 1465, 1110, null, null, 1993));
        some.SignUps["t"] = Free;
        using Visitor visitor = new(some);

        string words = (await visitor.GetAsync("/signup/t")).Words;

        Assert.Contains($"{English.ReadByImap} 1993 SSL/TLS {English.ReadByPop3} 1110 STARTTLS {English.Send} 1465 SSL/TLS ", words, StringComparison.Ordinal);
        Assert.Equal(1, Count(words, English.ReadByImap));
        Assert.Equal(1, Count(words, English.ReadByPop3));
        Assert.Equal(1, Count(words, English.Send));
        Assert.Contains("mail.example", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadsItselfAgainUntilTheMailboxIsLive()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Free with { IsMailboxLive = false };
        using Visitor visitor = new(site);

        Html making = await visitor.GetAsync("/signup/t");
        site.SignUps["t"] = Free;
        Html live = await visitor.GetAsync("/signup/t");

        Assert.Equal(English.MakingTitle, making.Headline);
        Assert.Contains("<meta http-equiv=\"refresh\" content=\"3\"", making.Source, StringComparison.Ordinal);
        Assert.Equal(English.LiveTitle, live.Headline);
        Assert.DoesNotContain("http-equiv", live.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "25 November 2026, 18:05 UTC")]
    [InlineData("zh-CN", "2026年11月25日 18:05（UTC）")]
    public async Task ShowsTheRecordsOfAnOwnDomainAndUntilWhenItIsKept(string browser, string until)
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Waiting;
        using Visitor visitor = new(site, browser);

        Html page = await visitor.GetAsync("/signup/t");

        Assert.Contains("bücher.example", page.Headline, StringComparison.Ordinal);
        Assert.Contains(until, page.Words, StringComparison.Ordinal);
        foreach (string value in (string[])["_mailfleet.xn--bcher-kva.example", "proof-1234", "xn--bcher-kva.example", "mailfleet.test", "v=spf1 mx ~all", "MX", "TXT", "10"])
            Assert.Contains($"<code>{value}</code>", page.Source, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\" action=\"/signup/t\">", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", page.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepsTheRecordsOnThePageOfAProvenDomain()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Proven;
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync("/signup/t");

        Assert.Equal(English.LiveTitle, page.Headline);
        Assert.Contains("<code>v=spf1 mx ~all</code>", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChecksTheProofAndShowsTheResultOnAPageThatCanBeReloaded()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Waiting;
        site.SignUps.Check = token =>
        {
            site.SignUps[token] = Proven;
            return Outcome<SignUpStatus>.Accepted(Proven);
        };
        using Visitor visitor = new(site);

        Html posted = await visitor.PostAsync("/signup/t", [new(Html.TokenField, (await visitor.GetAsync("/signup/t")).Token)]);

        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.Equal(English.LiveTitle, (await visitor.GetAsync(posted.Header("Location"))).Headline);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-Hans")]
    public async Task SaysThatTheProofWasNotFound(string language)
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Waiting;
        site.SignUps.Check = _ => Outcome<SignUpStatus>.Refused(new Refusal(ErrorCode.DomainNotProven, "domain", "x"));
        using Visitor visitor = new(site, language);

        Html page = await visitor.PostAsync("/signup/t", [new(Html.TokenField, (await visitor.GetAsync("/signup/t")).Token)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(Language.All.Single(known => known.Code == language).Text.Explain(ErrorCode.DomainNotProven, "domain", isBlank: false)!, page.Words, StringComparison.Ordinal);
        Assert.Contains("proof-1234", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChecksNothingWithoutTheFormsToken()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Waiting;
        using Visitor visitor = new(site);

        Html page = await visitor.PostAsync("/signup/t", []);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status); // the fake would have thrown at a check
        Assert.Contains(English.FormNotRecognised, page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OffersANewStartWhenExpired()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Waiting with { Stage = SignUpStage.Expired };
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync("/signup/t");

        Assert.Equal(English.ExpiredTitle, page.Headline);
        Assert.Contains("href=\"/signup\"", page.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("proof-1234", page.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoesNotKnowAnUnknownToken()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync("/signup/nobody");

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Equal(English.ErrorTitle(404), page.Headline);
    }

    [Fact]
    public async Task IsKeptFromCachesAndSearchEngines()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps["t"] = Free;
        using Visitor visitor = new(site);

        Html page = await visitor.GetAsync("/signup/t");

        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Contains("<meta name=\"robots\" content=\"noindex\"", page.Source, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
