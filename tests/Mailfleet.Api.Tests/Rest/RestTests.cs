using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mailfleet.Api.Rest;
using Mailfleet.Api.Tests.GraphQL;
using Mailfleet.Testing;

namespace Mailfleet.Api.Tests.Rest;

public sealed class RestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    /// <summary>To approve a change, run this test with MAILFLEET_APPROVE=1 and look at the difference before committing it.</summary>
    [Fact]
    public async Task TheDocumentIsTheApprovedOne()
    {
        string file = Path.GetFullPath(Path.Combine(Folder(), "../../../api/Mailfleet.Api/Rest/openapi.json"));
        string received = await api.Http.GetStringAsync("/openapi.json");
        if (Environment.GetEnvironmentVariable("MAILFLEET_APPROVE") == "1")
            await File.WriteAllTextAsync(file, received);
        Assert.Equal((await File.ReadAllTextAsync(file)).Split('\n'), received.Split('\n'));

        string page = await api.Http.GetStringAsync("/v1");
        Assert.All(RestRoutes.All, route => Assert.Contains($"{route.Method} {route.Pattern}", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TakesADomainToAMailboxAndAnAliasAndBack()
    {
        string customer = await api.CreateCustomerAsync("Rest Ltd");
        using HttpResponseMessage made = await SendAsync("POST", "/v1/domains", new { customerId = customer, name = "Rest.example" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        JsonNode domain = await JsonAsync(made);
        Assert.Equal("rest.example", domain["name"]!.GetValue<string>());
        Assert.Equal(domain["id"]!.GetValue<string>(), (await GetAsync(made.Headers.Location!.OriginalString))["id"]!.GetValue<string>());
        string domainId = domain["id"]!.GetValue<string>();

        JsonNode mailbox = await JsonAsync(await SendAsync("POST", "/v1/mailboxes", new { domainId, localPart = "Ann", password = "correct horse", quotaBytes = 1000 }));
        string id = mailbox["id"]!.GetValue<string>();
        Assert.Equal("ann@rest.example", mailbox["address"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("PUT", $"/v1/mailboxes/{id}/password", new { password = "another horse" })).StatusCode);
        await Eventually.HoldsAsync(async () => (await GetAsync($"/v1/mailboxes/{id}"))["provisioning"]!["state"]!.GetValue<string>() == "APPLIED", "the mailbox is live");
        Assert.Equal($$"""{"items":[{"mailboxId":"{{id}}","address":"ann@rest.example","usedBytes":0,"quotaBytes":1000}],"next":null}""", (await GetAsync($"/v1/usage?domainId={domainId}")).ToJsonString());

        JsonNode alias = await JsonAsync(await SendAsync("POST", "/v1/aliases", new { domainId, localPart = "info", targets = new[] { "ann@rest.example" } }));
        string aliasId = alias["id"]!.GetValue<string>();
        JsonNode changed = await JsonAsync(await SendAsync("PUT", $"/v1/aliases/{aliasId}/targets", new { targets = new[] { "=x@else.example" } }));
        Assert.Equal("""["=x@else.example"]""", changed["targets"]!.ToJsonString());
        Assert.Single((await GetAsync("/v1/aliases?address=INFO@rest.example"))["items"]!.AsArray());

        Assert.Equal("address,quota_bytes\r\nann@rest.example,1000\r\n", await TextAsync($"/v1/exports/mailboxes?domainId={domainId}"));
        Assert.Equal("address,targets,forward\r\ninfo@rest.example,'=x@else.example,false\r\n", await TextAsync($"/v1/exports/aliases?domainId={domainId}"));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/aliases/{aliasId}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/mailboxes/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", $"/v1/mailboxes/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", $"/v1/aliases/{aliasId}")).StatusCode);
    }

    [Fact]
    public async Task ListsAreWalkedByTheirCursor()
    {
        string domainId = await api.CreateDomainAsync(await api.CreateCustomerAsync("Walk Ltd"), "rest-walk.example");
        for (int i = 0; i < 5; i++)
            await JsonAsync(await SendAsync("POST", "/v1/aliases", new { domainId, localPart = $"a{i}", targets = new[] { "x@else.example" } }));
        List<string> seen = [];
        string? next = $"/v1/aliases?limit=2&domainId={domainId}";
        while (next is not null)
        {
            using HttpResponseMessage page = await SendAsync("GET", next);
            seen.AddRange((await JsonAsync(page))["items"]!.AsArray().Select(item => item!["address"]!.GetValue<string>()));
            next = page.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single().Split('>')[0][1..] : null;
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"a{i}@rest-walk.example"), seen);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", null, 404, "not-found", null)]
    [InlineData("PATCH", "/v1/domains", null, 405, "method-not-allowed", null)]
    [InlineData("GET", "/v1/domains/nonsense", null, 404, "not-found", "id")]
    [InlineData("GET", "/v1/domains?limit=0", null, 400, "bad-request", "limit")]
    [InlineData("GET", "/v1/domains?limit=x", null, 400, "bad-request", "limit")]
    [InlineData("GET", "/v1/domains?after=x", null, 400, "bad-request", "after")]
    [InlineData("GET", "/v1/mailboxes?domainId=x", null, 400, "bad-request", "domainId")]
    [InlineData("POST", "/v1/domains", "{", 400, "bad-request", null)]
    [InlineData("POST", "/v1/domains", "[]", 400, "bad-request", null)]
    [InlineData("POST", "/v1/domains", "null", 400, "bad-request", null)]
    [InlineData("POST", "/v1/domains", """{"name":"x.example"}""", 400, "bad-request", null)]
    [InlineData("POST", "/v1/domains", """{"customerId":"cus_0197y3x0z0e9rt8v1k2m3n4p5q","name":5}""", 400, "bad-request", "name")]
    [InlineData("POST", "/v1/domains", """{"customerId":"cus_0197y3x0z0e9rt8v1k2m3n4p5q","name":"x.example","colour":"red"}""", 400, "bad-request", "colour")]
    [InlineData("POST", "/v1/domains", """{"customerId":"cus_0197y3x0z0e9rt8v1k2m3n4p5q","name":"x.example"}""", 404, "not-found", "customerId")]
    [InlineData("POST", "/v1/mailboxes", """{"domainId":"$domain","localPart":"a b","password":"correct horse"}""", 422, "invalid", "localPart")]
    [InlineData("POST", "/v1/mailboxes", """{"domainId":"$domain","localPart":"a","password":"x"}""", 422, "password-too-weak", "password")]
    [InlineData("POST", "/v1/aliases", """{"domainId":"$domain","localPart":"taken","targets":["x@y.example"]}""", 409, "address-taken", "localPart")]
    [InlineData("POST", "/v1/imports?kind=people", "address", 400, "bad-request", "kind")]
    [InlineData("POST", "/v1/imports?kind=mailboxes", "address", 422, "invalid", "csv")]
    public async Task RefusesWithAProblemThatNamesTheField(string method, string path, string? body, int status, string type, string? field)
    {
        string domainId = await api.CreateDomainAsync(await api.CreateCustomerAsync("Problems Ltd"), $"p{Guid.NewGuid():N}.example");
        await JsonAsync(await SendAsync("POST", "/v1/aliases", new { domainId, localPart = "taken", targets = new[] { "x@else.example" } }));
        using HttpResponseMessage answer = await SendTextAsync(method, path, body?.Replace("$domain", domainId, StringComparison.Ordinal));
        JsonNode problem = await JsonAsync(answer);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal((status, status), ((int)answer.StatusCode, problem["status"]!.GetValue<int>()));
        Assert.Equal($"urn:mailfleet:problem:{type}", problem["type"]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        Assert.Equal(field, problem["errors"]!.AsArray().FirstOrDefault()?["field"]?.GetValue<string>());
    }

    [Fact]
    public async Task WhoShowsNoTokenGetsNothing()
    {
        foreach (RestRoute route in RestRoutes.All)
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Pattern.Replace("{id}", "x", StringComparison.Ordinal));
            using HttpResponseMessage answer = await api.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer realm=\"mailfleet\"", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task ARequestWithAKeyIsDoneOnceAndItsRefusalIsKeptToo()
    {
        string customerId = await api.CreateCustomerAsync("Once Rest Ltd");
        string key = Guid.NewGuid().ToString();
        using HttpResponseMessage first = await SendAsync("POST", "/v1/domains", new { customerId, name = "once-rest.example" }, key);
        using HttpResponseMessage second = await SendAsync("POST", "/v1/domains", new { customerId, name = "once-rest.example" }, key);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync("POST", "/v1/domains", new { customerId, name = "once-rest.example" }, key + "2")).StatusCode);
    }

    [Fact]
    public async Task AFileIsImported()
    {
        await api.CreateDomainAsync(await api.CreateCustomerAsync("File Ltd"), "rest-file.example");
        using HttpResponseMessage made = await SendTextAsync("POST", "/v1/imports?kind=mailboxes", "address\nann@rest-file.example\nbad\n", "text/csv");
        JsonNode job = await JsonAsync(made);
        Assert.Equal(("READY", 2, 1), (job["state"]!.GetValue<string>(), job["total"]!.GetValue<int>(), job["refused"]!.GetValue<int>()));
        await api.DataAsync("mutation($i: JobStartInput!) { jobStart(input: $i) { userErrors { code } } }", new { i = new { jobId = job["id"]!.GetValue<string>() } });
        await Eventually.HoldsAsync(async () => (await GetAsync(made.Headers.Location!.OriginalString))["state"]!.GetValue<string>() == "DONE", "the import is done");
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, object? body = null, string? key = null) =>
        SendTextAsync(method, path, body is null ? null : JsonSerializer.Serialize(body), key: key);

    private async Task<HttpResponseMessage> SendTextAsync(string method, string path, string? body, string contentType = "application/json", string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiFixture.Token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        return await api.Http.SendAsync(request);
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using HttpResponseMessage answer = await SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await JsonAsync(answer);
    }

    private async Task<string> TextAsync(string path)
    {
        using HttpResponseMessage answer = await SendAsync("GET", path);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
