using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>What one caller may ask for, and what happens when it asks twice.</summary>
public sealed class LimitTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task TellsWhatARequestCosts()
    {
        JsonObject small = await api.AnswerAsync("{ viewer { login } }");
        JsonObject large = await api.AnswerAsync("{ domains(first: 100) { nodes { mailboxes(first: 100) { nodes { address } } } } }");
        double costOf(JsonObject answer) => answer["extensions"]!["cost"]!["requested"]!.GetValue<double>();
        Assert.Equal(2, costOf(small));
        Assert.InRange(costOf(large), 10_000, 100_000);
        Assert.Equal(250_000, small["extensions"]!["cost"]!["limit"]!.GetValue<double>());
    }

    [Fact]
    public async Task ABulkMutationCostsAsMuchAsItsItems()
    {
        async Task<double> costAsync(int count) => (await api.AnswerAsync(
            "mutation($i: MailboxBulkDeleteInput!) { mailboxBulkDelete(input: $i) { userErrors { code } } }",
            new { i = new { items = Enumerable.Range(0, count).Select(_ => new { mailboxId = "x" }) } }))["extensions"]!["cost"]!["requested"]!.GetValue<double>();
        Assert.InRange(await costAsync(100) - await costAsync(1), 99 * 50, 99 * 50);
    }

    [Fact]
    public async Task RefusesTooManyAliasesAndRunsNothing()
    {
        string Aliases(int count) => $"mutation {{ {string.Join(' ', Enumerable.Range(0, count).Select(i => $"a{i}: customerCreate(input: {{ name: \"\" }}) {{ userErrors {{ code }} }}"))} }}";
        Assert.False((await api.AnswerAsync(Aliases(100))).ContainsKey("errors"));
        JsonObject refused = await api.AnswerAsync(Aliases(101));
        Assert.Equal("TOO_MANY_ALIASES", refused["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
        Assert.False(refused.ContainsKey("data"));
    }

    [Fact]
    public void ABucketEmptiesRefillsAndKeepsCallersApart()
    {
        var clock = new FakeTimeProvider();
        var limits = new RateLimits(api.Options with { RequestsPerSecond = 2 }, clock);
        Actor one = Actor.Operator("one");
        for (int i = 0; i < 20; i++)
            Assert.True(limits.TryTake(one, out _));
        Assert.False(limits.TryTake(one, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        Assert.True(limits.TryTake(Actor.Operator("two"), out _));
        clock.Advance(wait);
        Assert.True(limits.TryTake(one, out _));
        limits.Charge(one, 10); // a debt
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(limits.TryTake(one, out _));
        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(limits.TryTake(one, out _));
    }

    [Fact]
    public async Task ARequestSentTwiceWithOneKeyIsDoneOnce()
    {
        string key = Guid.NewGuid().ToString();
        using HttpResponseMessage first = await PostAsync(key, "Once Ltd");
        using HttpResponseMessage second = await PostAsync(key, "Once Ltd");
        string answer = await first.Content.ReadAsStringAsync();
        Assert.Contains("cus_", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, await CountAsync("Once Ltd"));

        using HttpResponseMessage other = await PostAsync(key, "Another Ltd");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Contains("IDEMPOTENCY_KEY_REUSED", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("Another Ltd"));
    }

    [Fact]
    public async Task ManyAtOnceWithOneKeyAreDoneOnce()
    {
        string key = Guid.NewGuid().ToString();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(key, "At Once Ltd")));
        Assert.Equal(1, await CountAsync("At Once Ltd"));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, answer.StatusCode.ToString()));
    }

    [Fact]
    public async Task AKeyIsItsCallersOwnAndABadRequestDoesNotUseItUp()
    {
        string key = Guid.NewGuid().ToString();
        using HttpResponseMessage bad = await SendAsync(key, "{", ApiFixture.Token);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using HttpResponseMessage good = await PostAsync(key, "Keys Ltd");
        Assert.Contains("cus_", await good.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage strange = await PostAsync("a b", "Keys Ltd");
        Assert.Equal(HttpStatusCode.BadRequest, strange.StatusCode);

        string secret = (await api.DataAsync("mutation { tokenCreate(input: { name: \"other\" }) { secret } }"))["tokenCreate"]!["secret"]!.GetValue<string>();
        using HttpResponseMessage others = await SendAsync(key, Body("Others Ltd"), secret);
        Assert.Contains("cus_", await others.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string key, string name) => SendAsync(key, Body(name), ApiFixture.Token);

    private static string Body(string name) =>
        JsonSerializer.Serialize(new { query = "mutation($n: String!) { customerCreate(input: { name: $n }) { customer { id } userErrors { code } } }", variables = new { n = name } });

    private async Task<HttpResponseMessage> SendAsync(string key, string body, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await api.Http.SendAsync(request);
    }

    private async Task<int> CountAsync(string name) =>
        (await api.DataAsync("query($n: String!) { customers(filter: { name: $n }) { totalCount } }", new { n = name }))["customers"]!["totalCount"]!.GetValue<int>();
}

/// <summary>A host with a narrow limit.</summary>
public sealed class NarrowApiFixture : ApiFixture
{
    protected override double RequestsPerSecond => 0.5;
}

public sealed class RateLimitTests(NarrowApiFixture api) : IClassFixture<NarrowApiFixture>
{
    [Fact]
    public async Task AnswersTooManyRequestsWithTheTimeToWait()
    {
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage good = await api.PostAsync("""{"query":"{ viewer { login } }"}""");
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        }

        HttpStatusCode status = HttpStatusCode.OK;
        for (int i = 0; i < 1000 && status == HttpStatusCode.OK; i++)
        {
            using HttpResponseMessage next = await api.PostAsync("""{"query":"{ viewer { login } }"}""");
            status = next.StatusCode;
            if (status != HttpStatusCode.OK)
            {
                Assert.InRange(next.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
                Assert.Contains("RATE_LIMITED", await next.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
    }
}
