using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>The endpoint against the GraphQL-over-HTTP specification.</summary>
public sealed class HttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Good = """{"query":"{ viewer { login role } }"}""";

    [Fact]
    public async Task AnswersWhoAsks()
    {
        using HttpResponseMessage response = await api.PostAsync(Good);
        Assert.StartsWith("""{"data":{"viewer":{"login":"operator token","role":"OPERATOR"}}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task RefusesOtherMethods(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/graphql?query={viewer{login}}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiFixture.Token);
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(null, "Bearer realm=\"mailfleet\"")]
    [InlineData("Bearer wrong", "Bearer realm=\"mailfleet\", error=\"invalid_token\"")]
    [InlineData("Bearer", "Bearer realm=\"mailfleet\", error=\"invalid_token\"")]
    [InlineData("Basic " + ApiFixture.Token, "Bearer realm=\"mailfleet\", error=\"invalid_token\"")]
    [InlineData("Bearer " + ApiFixture.Token + "x", "Bearer realm=\"mailfleet\", error=\"invalid_token\"")]
    public async Task RefusesWhoShowsNoValidToken(string? authorization, string challenge)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
        request.Content = new StringContent(Good, Encoding.UTF8, "application/json");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task TakesTheSchemeInAnyCase()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
        request.Content = new StringContent(Good, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "bearer " + ApiFixture.Token);
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/graphql-response+json", "application/graphql-response+json")]
    [InlineData("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", "application/graphql-response+json")]
    [InlineData("application/json;q=0.5, application/graphql-response+json", "application/graphql-response+json")]
    [InlineData("application/graphql-response+json;q=0, application/json", "application/json")]
    [InlineData("text/html, */*;q=0.1", "application/json")]
    public async Task AnswersInTheTypeAskedFor(string accept, string expected)
    {
        using HttpResponseMessage response = await api.PostAsync(Good, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"{expected}; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json;q=0")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData(";;;")]
    public async Task RefusesTypesItCannotAnswerIn(string accept)
    {
        using HttpResponseMessage response = await api.PostAsync(Good, accept);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/graphql")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    public async Task RefusesBodiesOfOtherTypes(string contentType)
    {
        using HttpResponseMessage response = await api.PostAsync(Good, contentType: contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("", "The body is not well-formed JSON.")]
    [InlineData("{", "The body is not well-formed JSON.")]
    [InlineData("{\"query\":\"{ viewer { login } }\"} trailing", "The body is not well-formed JSON.")]
    [InlineData("null", "The body has to be a JSON object.")]
    [InlineData("\"query\"", "The body has to be a JSON object.")]
    [InlineData("[{\"query\":\"{ viewer { login } }\"}]", "Batching is off: send one request at a time, as a JSON object.")]
    [InlineData("{}", "The parameter query is missing.")]
    [InlineData("{\"query\":null}", "The parameter query is missing.")]
    [InlineData("{\"query\":7}", "The parameter query has to be a string.")]
    [InlineData("{\"query\":\" \"}", "The parameter query is empty.")]
    [InlineData("{\"query\":\"{ viewer { login } }\",\"operationName\":7}", "The parameter operationName has to be a string.")]
    [InlineData("{\"query\":\"{ viewer { login } }\",\"variables\":[]}", "The parameter variables has to be an object.")]
    [InlineData("{\"query\":\"{ viewer { login } }\",\"variables\":\"{}\"}", "The parameter variables has to be an object.")]
    [InlineData("{\"query\":\"{ viewer { login } }\",\"extensions\":1}", "The parameter extensions has to be an object.")]
    public async Task SaysWhatIsWrongWithTheRequest(string body, string message)
    {
        foreach (string accept in new[] { "application/json", "application/graphql-response+json" })
        {
            using HttpResponseMessage response = await api.PostAsync(body, accept);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal(message, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]![0]!["message"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("{ viewer { login }", "SYNTAX_ERROR")]
    [InlineData("{ viewer { nonsense } }", "FIELDS_ON_CORRECT_TYPE")]
    [InlineData("{ viewer }", "SCALAR_LEAFS")]
    [InlineData("query($a: Int!) { customers(first: $a) { totalCount } }", "INVALID_VALUE")]
    [InlineData("{ node { id } }", "PROVIDED_NON_NULL_ARGUMENTS")]
    [InlineData("{ customers(first: \"ten\") { totalCount } }", "ARGUMENTS_OF_CORRECT_TYPE")]
    [InlineData("query a { viewer { login } } query b { viewer { login } }", "NO_OPERATION_NAME")]
    public async Task ARequestThatCannotRunIs400OnlyWhereTheStatusMaySaySo(string query, string code)
    {
        string body = new JsonObject { ["query"] = query }.ToJsonString();
        using HttpResponseMessage strict = await api.PostAsync(body, "application/graphql-response+json");
        using HttpResponseMessage plain = await api.PostAsync(body, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, strict.StatusCode);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        JsonNode answer = JsonNode.Parse(await strict.Content.ReadAsStringAsync())!;
        Assert.Equal(code, answer["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
        Assert.False(answer.AsObject().ContainsKey("data"));
    }

    [Fact]
    public async Task RefusesAnUnknownOperation()
    {
        using HttpResponseMessage response = await api.PostAsync(
            """{"query":"query a { viewer { login } }","operationName":"b"}""", "application/graphql-response+json");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]![0]!;
        Assert.Contains("'b'", error["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task RefusesABodyThatIsTooLong()
    {
        string body = new JsonObject { ["query"] = "{ viewer { login } } #" + new string('x', 1024 * 1024) }.ToJsonString();
        // The server answers without reading it and closes: a client that asks first (RFC 9110 §10.1.1) sees the answer for certain.
        using HttpRequestMessage request = new(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiFixture.Token);
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task RefusesAQueryThatIsTooDeep()
    {
        string query = string.Concat(Enumerable.Repeat("domains { nodes { customer { ", 8)) + "id" + new string('}', 24);
        string answer = (await api.AnswerAsync("{ customers { nodes { " + query + " } } }")).ToJsonString();
        Assert.Contains("Query is too nested", answer);
    }

    [Fact]
    public async Task RefusesAQueryThatCostsTooMuch()
    {
        const string page = "mailboxes(first: 100) { nodes { id address usedBytes quotaBytes } }";
        string aliases = string.Concat(Enumerable.Range(0, 10).Select(i => $"a{i}: {page} "));
        string answer = (await api.AnswerAsync("{ domains(first: 100) { nodes { " + aliases + " } } }")).ToJsonString();
        Assert.Contains("Query is too complex", answer);
    }

    [Fact]
    public async Task ReadsAPageOfDomainsWithAPageOfMailboxesEach()
    {
        const string query =
            """
            { domains(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id name customer { id name } provisioning { state cell version at }
              mailboxes(first: 100) { totalCount nodes { id address usedBytes quotaBytes provisioning { state cell version at } } } } } }
            """;
        Assert.False((await api.AnswerAsync(query)).ToJsonString().Contains("too complex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnswersTheStandardIntrospectionQuery()
    {
        JsonObject data = await api.DataAsync(
            """
            query { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...T } directives { name description locations args { ...I } } } }
            fragment T on __Type { kind name description fields(includeDeprecated: true) { name description args { ...I } type { ...R } isDeprecated deprecationReason }
              inputFields { ...I } interfaces { ...R } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...R } }
            fragment I on __InputValue { name description type { ...R } defaultValue }
            fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }
            """);
        Assert.Equal("Query", data["__schema"]!["queryType"]!["name"]!.GetValue<string>());
    }
}
