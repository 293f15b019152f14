using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Security;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Tests.Security;

public sealed partial class LogInPageTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Theory]
    [InlineData("en", "Log in", "Your account", "Operator, owner")]
    [InlineData("zh-CN", "登录", "您的账户", "运营方负责人")]
    public async Task APersonLogsInSeesTheirAccountAndLogsOut(string language, string logIn, string account, string role)
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = api.Visit(language);
        Assert.Equal(logIn, (await visitor.GetAsync("/login")).Headline);

        Html entered = await AccountFixture.LogInAsync(visitor, login);
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (entered.Status, entered.Header("Location")));
        string cookie = entered.Header("Set-Cookie");
        Assert.Matches($"{SessionCookie.Name}=[A-Za-z0-9_-]{{43}}; max-age=1209600; path=/; samesite=lax; httponly", cookie);

        Html page = await visitor.GetAsync("/account");
        Assert.Equal(account, page.Headline);
        Assert.Contains(login, page.Words, StringComparison.Ordinal);
        Assert.Contains(role, page.Words, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.Equal("/account", (await visitor.GetAsync("/login")).Header("Location"));

        Html left = await visitor.PostAsync("/logout", AccountFixture.Fields(page));
        Assert.Equal("/", left.Header("Location"));
        Assert.Equal("/login", (await visitor.GetAsync("/account")).Header("Location"));
    }

    [Fact]
    public async Task ASessionThatWasLoggedOutStaysDeadWhoeverKeptItsCookie()
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = await api.EnterAsync(login);
        string kept = visitor.Cookies.GetCookies(api.Http.BaseAddress!)[SessionCookie.Name]!.Value;
        await visitor.PostAsync("/logout", AccountFixture.Fields(await visitor.GetAsync("/account")));

        using Visitor thief = api.Visit();
        thief.Cookies.Add(new Cookie(SessionCookie.Name, kept, "/", api.Http.BaseAddress!.Host));
        Assert.Equal("/login", (await thief.GetAsync("/account")).Header("Location"));
    }

    [Fact]
    public async Task ALogInIsAFreshSessionAndEndsTheOneBefore()
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = await api.EnterAsync(login);
        string first = visitor.Cookies.GetCookies(api.Http.BaseAddress!)[SessionCookie.Name]!.Value;
        using Visitor form = api.Visit();
        Html shown = await form.GetAsync("/login"); // the page itself would send who is logged in to the account
        foreach (Cookie cookie in form.Cookies.GetCookies(api.Http.BaseAddress!))
            visitor.Cookies.Add(cookie);

        await visitor.PostAsync("/login", AccountFixture.Fields(shown, ("login", login), ("password", AccountFixture.Password)));
        Assert.NotEqual(first, visitor.Cookies.GetCookies(api.Http.BaseAddress!)[SessionCookie.Name]!.Value);
        Assert.Single(SessionItem().Matches((await visitor.GetAsync("/account")).Source));
    }

    [Fact]
    public async Task WrongPasswordAndUnknownLogInAreAnsweredAlike()
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = api.Visit();
        Html wrong = await AccountFixture.LogInAsync(visitor, login, "wrong horse");
        string unknownLogin = api.NewLogin();
        Html unknown = await AccountFixture.LogInAsync(visitor, unknownLogin);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(Language.English.Text.LogInWrong, Assert.Single(wrong.Summary).Message);
        Assert.Equal(Same(wrong, login), Same(unknown, unknownLogin));
        Assert.Equal(login, wrong.Input("login")["value"]);
        Assert.DoesNotContain("wrong horse", wrong.Source, StringComparison.Ordinal);

        static string Same(Html page, string login) =>
            page.Source.Replace(page.Token, "", StringComparison.Ordinal).Replace(login, "", StringComparison.Ordinal) + page.Status;
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task TooManyFailuresAreToldSoAndTheRightPasswordWaitsToo(string language)
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = api.Visit(language);
        for (int i = 0; i < 5; i++)
            await AccountFixture.LogInAsync(visitor, login, "wrong horse");
        Html page = await AccountFixture.LogInAsync(visitor, login);
        Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
        Assert.Equal((language == "en" ? Language.English : Language.Chinese).Text.LogInThrottled, Assert.Single(page.Summary).Message);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    public async Task AFormOfAnotherOriginIsRefused(string origin)
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = api.Visit();
        Html form = await visitor.GetAsync("/login");
        Html answer = await visitor.PostAsync("/login", AccountFixture.Fields(form, ("login", login), ("password", AccountFixture.Password)), origin);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(visitor.Cookies.GetCookies(api.Http.BaseAddress!)[SessionCookie.Name]);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/account/password")]
    [InlineData("/account/sessions/end")]
    public async Task AFormWithoutItsTokenDoesNothing(string path)
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor visitor = await api.EnterAsync(login);
        Html answer = await visitor.PostAsync(path, new Dictionary<string, string> { ["login"] = login, ["password"] = AccountFixture.Password });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task ChangingThePasswordKeepsThisBrowserAndLogsOutTheOthers()
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor here = await api.EnterAsync(login);
        using Visitor there = await api.EnterAsync(login);
        Html page = await here.GetAsync("/account");

        Html wrong = await here.PostAsync("/account/password", AccountFixture.Fields(page, ("oldPassword", "wrong horse"), ("newPassword", "another horse")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.NotNull(wrong.ErrorBeside("oldPassword"));
        Html weak = await here.PostAsync("/account/password", AccountFixture.Fields(page, ("oldPassword", AccountFixture.Password), ("newPassword", "short")));
        Assert.NotNull(weak.ErrorBeside("newPassword"));
        Html done = await here.PostAsync("/account/password", AccountFixture.Fields(page, ("oldPassword", AccountFixture.Password), ("newPassword", "another horse")));

        Assert.Equal("/account", done.Header("Location"));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
        Assert.Equal("/login", (await there.GetAsync("/account")).Header("Location"));
    }

    [Fact]
    public async Task ASessionElsewhereCanBeEnded()
    {
        (string login, _) = await api.CreatePersonAsync();
        using Visitor here = await api.EnterAsync(login);
        using Visitor there = await api.EnterAsync(login);
        Html page = await here.GetAsync("/account");
        Assert.Equal(2, SessionItem().Count(page.Source));

        await here.PostAsync("/account/sessions/end", AccountFixture.Fields(page, ("session", page.Input("session")["value"])));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
        Assert.Equal("/login", (await there.GetAsync("/account")).Header("Location"));
    }

    [Fact]
    public async Task ALinkLetsAPersonChooseAPasswordOnce()
    {
        (string login, string token) = await api.InviteAsync(Role.Operator);
        using Visitor visitor = api.Visit();
        Html form = await visitor.GetAsync($"/password/{token}");
        Assert.Contains(login, form.Words, StringComparison.Ordinal);

        Html weak = await visitor.PostAsync($"/password/{token}", AccountFixture.Fields(form, ("newPassword", "short")));
        Assert.NotNull(weak.ErrorBeside("newPassword"));
        Html done = await visitor.PostAsync($"/password/{token}", AccountFixture.Fields(form, ("newPassword", "another horse")));
        Assert.Equal("/login?set", done.Header("Location"));
        Assert.Contains(Language.English.Text.PasswordIsSet, (await visitor.GetAsync("/login?set")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/password/{token}")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await AccountFixture.LogInAsync(visitor, login, "another horse")).Status);
    }

    [Fact]
    public void ALinkIsMadeFromTheConfiguredOrigin() => Assert.Equal(
        "http://localhost:8080/password/a_b-c", PasswordLinkEndpoints.Link(api.Options, "a_b-c").ToString());

    [Fact]
    public async Task GraphQLTakesTheCookieOnlyTogetherWithOurOwnOrigin()
    {
        (string login, _) = await api.CreatePersonAsync(Role.OperatorSupport);
        using Visitor visitor = await api.EnterAsync(login);
        JsonNode viewer = (await api.AskAsync(visitor, "{ viewer { login role } }"))["data"]!["viewer"]!;
        Assert.Equal((login, "OPERATOR_SUPPORT"), ((string?)viewer["login"], (string?)viewer["role"]));

        foreach (string? origin in new[] { null, "http://evil.example", "http://localhost:1", "null" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { query = "{ viewer { login } }" }),
            };
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SendAsync(request)).Status);
        }
    }

    [Fact]
    public async Task AListThatARoleDoesNotOpenSaysSo()
    {
        string customer = await api.CreateCustomerAsync("Billed Ltd");
        string domain = await api.CreateDomainAsync(customer, "billed.example");
        await api.CreateMailboxAsync(domain, "a");
        (string login, _) = await api.CreatePersonAsync(Role.CustomerBilling, NodeId.Parse(customer));
        using Visitor visitor = await api.EnterAsync(login);

        Assert.Equal("""{"domains":{"nodes":[{"name":"billed.example"}]}}""", (await api.AskAsync(visitor, "{ domains { nodes { name } } }"))["data"]!.ToJsonString());
        foreach (string query in new[] { "{ mailboxes { nodes { address } } }", "{ domains { nodes { mailboxes { nodes { address } } } } }" })
            Assert.Equal("FORBIDDEN", (string?)(await api.AskAsync(visitor, query))["errors"]![0]!["extensions"]!["code"]);
    }

    [Fact]
    public async Task ADomainAdminSeesTheDomainAndWhoseItIs()
    {
        string customer = await api.CreateCustomerAsync("Two Domains Ltd");
        string domain = await api.CreateDomainAsync(customer, "one-of-two.example");
        await api.CreateDomainAsync(customer, "other-of-two.example");
        (string login, _) = await api.CreatePersonAsync(Role.DomainAdmin, NodeId.Parse(domain));
        using Visitor visitor = await api.EnterAsync(login);
        Assert.Equal(
            """{"domains":{"nodes":[{"name":"one-of-two.example","customer":{"name":"Two Domains Ltd","domains":{"nodes":[{"name":"one-of-two.example"}]}}}]}}""",
            (await api.AskAsync(visitor, "{ domains { nodes { name customer { name domains { nodes { name } } } } } }"))["data"]!.ToJsonString());
    }

    [GeneratedRegex("<dt>Browser</dt>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SessionItem();
}
