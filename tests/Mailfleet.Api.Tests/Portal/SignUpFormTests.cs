using System.Net;
using System.Text;
using Mailfleet.Api.Portal;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.SignUps;

namespace Mailfleet.Api.Tests.Portal;

public sealed class SignUpFormTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task HasExactlyTheAgreedInputs()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        Html form = await visitor.GetAsync("/signup");

        Assert.Equal(HttpStatusCode.OK, form.Status);
        Assert.Equal([Html.TokenField, "company", "plan", "domain", "mailbox", "password", "email"], form.InputNames);
        Assert.Equal("trial", form.Input("plan")["value"]);
        Assert.Contains("checked", form.Input("plan").Keys);
        Assert.Contains("<form class=\"card\" method=\"post\" action=\"/signup\">", form.Source, StringComparison.Ordinal);
        Assert.Equal(["company", "plan", "domain", "mailbox", "password"], SignUpFields.All.Where(name => form.Input(name).ContainsKey("required")));
        Assert.Equal("organization", form.Input("company")["autocomplete"]);
        Assert.Equal("new-password", form.Input("password")["autocomplete"]);
        Assert.Equal("email", form.Input("email")["autocomplete"]);
        Assert.All(["domain", "mailbox", "email"], name => Assert.Equal("false", form.Input(name)["spellcheck"]));
    }

    [Theory]
    [InlineData("en", "en")]
    [InlineData("zh-CN", "zh-Hans")]
    public async Task SignsUpAndLeadsToItsOwnPage(string browser, string language)
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site, browser);

        Html posted = await visitor.SignUpAsync(("company", "  Acme Ltd "), ("domain", " acme.mailfleet.test "), ("password", " spaces count "));

        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.Equal("/signup/token1", posted.Header("Location"));
        SignUp expected = new("Acme Ltd", "trial", "acme.mailfleet.test", "info", " spaces count ", "me@example.org", language) { Source = "127.0.0.1" };
        Assert.Equal(expected, Assert.Single(site.SignUps.Commands));
        Html landed = await visitor.GetAsync(posted.Header("Location"));
        Assert.Equal(HttpStatusCode.OK, landed.Status);
        Assert.Contains("info@acme.mailfleet.test", landed.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakesAnEmptyContactAddressAsNone()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        await visitor.SignUpAsync(("email", "  "));

        Assert.Null(Assert.Single(site.SignUps.Commands).Email);
    }

    public static TheoryData<ErrorCode, string, string> Refusals => new(
        from code in Enum.GetValues<ErrorCode>() from input in SignUpFields.All from language in Language.All select (code, input, language.Code));

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task ShowsEveryRefusalBesideItsFieldInTheVisitorsLanguage(ErrorCode code, string field, string language)
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps.Refuse = _ => [new Refusal(code, field, "The use case's English sentence.")];
        using Visitor visitor = new(site, language);

        Html form = await visitor.SignUpAsync();

        string? expected = Language.All.Single(known => known.Code == language).Text.Explain(code, field, isBlank: false);
        Assert.NotNull(expected);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, form.Status);
        Assert.Equal(expected, form.ErrorBeside(field));
        Assert.Equal([(field, expected)], form.Summary);
        Assert.Equal("true", form.Input(field)["aria-invalid"]);
        Assert.Contains($"{field}-error", form.Input(field)["aria-describedby"], StringComparison.Ordinal);
        Assert.Contains("autofocus", form.Input(field).Keys);
        Assert.All(SignUpFields.All.Where(other => other != field), other => Assert.Null(form.ErrorBeside(other)));
    }

    [Fact]
    public async Task SaysThatAnEmptyFieldHasToBeFilledIn()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps.Refuse = command => [.. SignUpFields.All.Select(field => new Refusal(ErrorCode.Invalid, field, "Wrong."))];
        using Visitor visitor = new(site);

        Html empty = await visitor.SignUpAsync(("company", " "), ("domain", ""), ("mailbox", ""), ("password", ""));
        Html full = await visitor.SignUpAsync();

        foreach (string field in (string[])["company", "domain", "mailbox", "password"])
        {
            Assert.Equal(Language.English.Text.Explain(ErrorCode.Invalid, field, isBlank: true), empty.ErrorBeside(field));
            Assert.NotEqual(empty.ErrorBeside(field), full.ErrorBeside(field));
        }
    }

    [Fact]
    public async Task ListsRefusalsInTheOrderOfTheFormAndFocusesTheFirst()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps.Refuse = _ => [new Refusal(ErrorCode.Invalid, "email", "x"), new Refusal(ErrorCode.DomainTaken, null, "x"), new Refusal(ErrorCode.Forbidden, null, "x"), new Refusal(ErrorCode.DomainTaken, "domain", "x")];
        using Visitor visitor = new(site);

        Html form = await visitor.SignUpAsync();

        Assert.Equal(["", "domain", "email"], form.Summary.Select(line => line.Field));
        Assert.Equal("domain", Assert.Single(SignUpFields.All, field => form.Input(field).ContainsKey("autofocus")));
        Assert.StartsWith(Language.English.Text.ErrorPrefix, form.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowsTheUseCasesSentenceForACodeItDoesNotKnow()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps.Refuse = _ => [new Refusal((ErrorCode)9999, "company", "Brand-new reason.")];
        using Visitor visitor = new(site, "zh-CN");

        Assert.Equal("Brand-new reason.", (await visitor.SignUpAsync()).ErrorBeside("company"));
    }

    [Fact]
    public async Task KeepsWhatWasTypedButNeverThePassword()
    {
        await using PortalSite site = await fixture.StartAsync();
        site.SignUps.Refuse = _ => [new Refusal(ErrorCode.DomainTaken, "domain", "x")];
        using Visitor visitor = new(site);

        Html form = await visitor.SignUpAsync(("company", "北京 Ltd"), ("plan", "gold"), ("domain", "Ex.Example"), ("mailbox", "Sales"), ("password", "sesame-open-1"), ("email", "a@b.example"));

        Assert.Equal("北京 Ltd", form.Input("company")["value"]);
        Assert.DoesNotContain("checked", form.Input("plan").Keys);
        Assert.Equal("Ex.Example", form.Input("domain")["value"]);
        Assert.Equal("Sales", form.Input("mailbox")["value"]);
        Assert.Equal("a@b.example", form.Input("email")["value"]);
        Assert.DoesNotContain("sesame-open-1", form.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("' onfocus='alert(1)")]
    [InlineData("</title><img src=x onerror=alert(1)>")]
    [InlineData("{{7*7}} ${7*7} @(7*7) &lt;b&gt;")]
    [InlineData("\u202Egnp.exe \uFFFF \uD83D\uDE00")]
    public async Task EscapesHostileNamesOnTheFormAndOnThePageAfterIt(string hostile)
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        site.SignUps.Refuse = _ => [new Refusal(ErrorCode.DomainTaken, "domain", "x")];

        Html form = await visitor.SignUpAsync(("company", hostile), ("domain", hostile), ("mailbox", hostile), ("email", hostile));
        site.SignUps.Refuse = _ => [];
        Html page = await visitor.GetAsync((await visitor.SignUpAsync(("company", hostile))).Header("Location"));

        Assert.Equal(hostile, form.Input("company")["value"]);
        Assert.Contains("acme.mailfleet.test", page.Words, StringComparison.Ordinal);
        foreach (Html html in (Html[])[form, page])
        {
            Assert.DoesNotContain("<script", html.Source, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", html.Source, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("onfocus='", html.Source, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task GivesTheFormBackWhenItsTokenIsMissing()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"), ("company", "Kept Ltd"));

        fields.Remove(Html.TokenField);
        Html withoutToken = await visitor.PostAsync("/signup", fields);

        AssertGivenBack(site, withoutToken);
        fields[Html.TokenField] = withoutToken.Token; // the page itself repairs it
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync("/signup", fields)).Status);
    }

    [Fact]
    public async Task GivesTheFormBackToABrowserThatLostItsCookie()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        using Visitor other = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"), ("company", "Kept Ltd"));

        AssertGivenBack(site, await other.PostAsync("/signup", fields));
        await other.GetAsync("/signup");
        AssertGivenBack(site, await other.PostAsync("/signup", fields)); // nor does another visitor's token do
    }

    private static void AssertGivenBack(PortalSite site, Html form)
    {
        Assert.Equal(HttpStatusCode.BadRequest, form.Status);
        Assert.Equal([("", Language.English.Text.FormNotRecognised)], form.Summary);
        Assert.Equal("Kept Ltd", form.Input("company")["value"]);
        Assert.Empty(site.SignUps.Commands);
    }

    [Fact]
    public async Task TakesFormsOnlyFromItsOwnOrigin()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        int port = site.Address.Port;
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        foreach (string foreign in (string[])["https://evil.example", "null", $"http://localhost:{port + 1}", $"https://localhost:{port}", $"http://portal.example:{port}", "https://portal.example.evil.example", "http://portal.example"])
            Assert.Equal((foreign, HttpStatusCode.Forbidden), (foreign, (await visitor.PostAsync("/signup", fields, foreign)).Status));
        Assert.Empty(site.SignUps.Commands);

        foreach (string own in (string[])[$"http://localhost:{port}", $"http://127.0.0.1:{port}", "https://portal.example"])
            Assert.Equal((own, HttpStatusCode.SeeOther), (own, (await visitor.PostAsync("/signup", Visitor.Filled(await visitor.GetAsync("/signup")), own)).Status));
    }

    [Fact]
    public async Task RefusesWhatIsNoFormOrTooMuchOfOne()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        using StringContent json = new("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/signup") { Content = json })).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await visitor.PostAsync("/signup", fields.Append(new("more", new string('x', 70_000))))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostAsync("/signup", fields.Append(new("more", new string('x', 20_000))))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostAsync("/signup", Enumerable.Range(0, 40).Select(i => new KeyValuePair<string, string>($"f{i}", "")))).Status);
        Assert.Empty(site.SignUps.Commands);
    }

    [Fact]
    public async Task RefusesAFormWithNul()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        Html answer = await visitor.SignUpAsync(("company", "Acme\0Ltd"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(Language.English.Text.ErrorTitle(400), answer.Headline);
        Assert.Empty(site.SignUps.Commands);
    }

    [Fact]
    public async Task TakesAFieldGivenTwiceAsEmpty()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        await visitor.PostAsync("/signup", fields.Append(new("domain", "other.example")));

        Assert.Equal(string.Empty, Assert.Single(site.SignUps.Commands).Domain);
    }
}
