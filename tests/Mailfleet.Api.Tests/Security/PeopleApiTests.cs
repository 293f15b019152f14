using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Tests.Security;

/// <summary>People, sessions and tokens over GraphQL, by a customer's owner as a browser and by tokens as a program.</summary>
public sealed class PeopleApiTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task AnOwnerInvitesChangesAndRemovesSomebody()
    {
        (Visitor owner, string customer) = await OwnerAsync();
        using Visitor _ = owner;
        string login = api.NewLogin();
        JsonNode made = await MutateAsync(owner, "personCreate", new { nodeId = customer, role = "CUSTOMER_AUDITOR", login, name = "Cy" }, "person { id role nodeId hasPassword } passwordLink");
        string id = (string)made["person"]!["id"]!;
        Assert.False((bool)made["person"]!["hasPassword"]!);
        string link = (string)made["passwordLink"]!;
        Assert.StartsWith("http://localhost:8080/password/", link, StringComparison.Ordinal);

        using Visitor invited = api.Visit();
        Html form = await invited.GetAsync(new Uri(link).AbsolutePath);
        await invited.PostAsync(new Uri(link).AbsolutePath, AccountFixture.Fields(form, ("newPassword", AccountFixture.Password)));
        Assert.Equal(HttpStatusCode.SeeOther, (await AccountFixture.LogInAsync(invited, login)).Status);
        Assert.Equal("FORBIDDEN", Code(await MutateAsync(invited, "personRemove", new { personId = id }, "removedPersonId")));

        JsonNode raised = await MutateAsync(owner, "personSetRole", new { personId = id, role = "CUSTOMER_ADMIN" }, "person { role }");
        Assert.Equal("CUSTOMER_ADMIN", (string?)raised["person"]!["role"]);
        JsonNode list = (await api.AskAsync(owner, "query($l: String!) { people(filter: { login: $l }) { nodes { id name } totalCount } }", new { l = login.ToUpperInvariant() }))["data"]!["people"]!;
        Assert.Equal((1, "Cy"), ((int)list["totalCount"]!, (string?)list["nodes"]![0]!["name"]));

        JsonNode removed = await MutateAsync(owner, "personRemove", new { personId = id }, "removedPersonId");
        Assert.Equal(id, (string?)removed["removedPersonId"]);
        Assert.Equal("/login", (await invited.GetAsync("/account")).Header("Location"));
        Assert.Null((await api.AskAsync(owner, "query($id: ID!) { node(id: $id) { id } }", new { id }))["data"]!["node"]);
    }

    [Fact]
    public async Task ATokenIsMadeUsedListedAndRevoked()
    {
        (Visitor owner, string customer) = await OwnerAsync();
        using Visitor _ = owner;
        JsonNode made = await MutateAsync(
            owner, "tokenCreate", new { name = "Import", rights = new[] { "READ_DOMAINS" }, sources = new[] { "127.0.0.0/8" } },
            "secret token { id name nodeId rights sources usedAt }");
        string secret = (string)made["secret"]!;
        string id = (string)made["token"]!["id"]!;
        Assert.Equal((customer, null), ((string?)made["token"]!["nodeId"], (string?)made["token"]!["usedAt"]));

        JsonNode viewer = (await AskByTokenAsync(secret, "{ viewer { login role nodeId rights personId tokens { id } sessions { id } } }"))["data"]!["viewer"]!;
        Assert.Equal(("CUSTOMER_OWNER", customer), ((string?)viewer["role"], (string?)viewer["nodeId"]));
        Assert.Equal(["READ_DOMAINS"], viewer["rights"]!.AsArray().Select(right => (string?)right));
        Assert.Empty(viewer["tokens"]!.AsArray()); // a token looks after nobody's tokens and sessions
        Assert.Empty(viewer["sessions"]!.AsArray());
        Assert.Equal("FORBIDDEN", (string?)(await AskByTokenAsync(secret, "{ mailboxes { nodes { id } } }"))["errors"]![0]!["extensions"]!["code"]);

        JsonArray listed = (await api.AskAsync(owner, "{ viewer { tokens { id usedAt } } tokens { nodes { id } } }"))["data"]!["viewer"]!["tokens"]!.AsArray();
        Assert.Equal(id, (string?)Assert.Single(listed)!["id"]);
        Assert.NotNull((string?)listed[0]!["usedAt"]);

        Assert.Equal(id, (string?)(await MutateAsync(owner, "tokenRevoke", new { tokenId = id }, "revokedTokenId"))["revokedTokenId"]);
        using HttpResponseMessage dead = await PostByTokenAsync(secret, "{ viewer { login } }");
        Assert.Equal(HttpStatusCode.Unauthorized, dead.StatusCode);
    }

    [Fact]
    public async Task ASessionIsSeenAndEnded()
    {
        string customer = await api.CreateCustomerAsync("Sessions Ltd");
        (string login, PersonId _) = await api.CreatePersonAsync(Role.CustomerOwner, NodeId.Parse(customer));
        using Visitor here = await api.EnterAsync(login);
        using Visitor there = await api.EnterAsync(login);
        JsonArray sessions = (await api.AskAsync(here, "{ viewer { sessions { id address userAgent createdAt seenAt expiresAt } } }"))["data"]!["viewer"]!["sessions"]!.AsArray();
        Assert.Equal(2, sessions.Count);
        string id = (string)(await api.AskAsync(there, "{ viewer { sessions { id } } }"))["data"]!["viewer"]!["sessions"]![0]!["id"]!;
        Assert.Equal(id, (string?)(await MutateAsync(here, "sessionEnd", new { sessionId = id }, "endedSessionId"))["endedSessionId"]);
        Assert.Equal("/login", (await there.GetAsync("/account")).Header("Location"));
    }

    [Theory]
    [InlineData("personCreate", """{"nodeId":"nonsense","role":"CUSTOMER_ADMIN","login":"a@people.example","name":"A"}""", "nodeId", "NOT_FOUND")]
    [InlineData("personCreate", """{"nodeId":"$foreign","role":"CUSTOMER_ADMIN","login":"a@people.example","name":"A"}""", "nodeId", "NOT_FOUND")]
    [InlineData("personCreate", """{"nodeId":"$own","role":"OPERATOR","login":"a@people.example","name":"A"}""", "role", "INVALID")]
    [InlineData("personCreate", """{"nodeId":"$own","role":"CUSTOMER_ADMIN","login":"a","name":"A"}""", "login", "INVALID")]
    [InlineData("personCreate", """{"nodeId":"$own","role":"CUSTOMER_ADMIN","login":"a@people.example","name":"A","password":"short"}""", "password", "PASSWORD_TOO_WEAK")]
    [InlineData("personCreate", """{"nodeId":"$own","role":"CUSTOMER_ADMIN","login":"$login","name":"A"}""", "login", "LOGIN_TAKEN")]
    [InlineData("personSetRole", """{"personId":"$foreignPerson","role":"CUSTOMER_ADMIN"}""", "personId", "NOT_FOUND")]
    [InlineData("personRemove", """{"personId":"$foreignPerson"}""", "personId", "NOT_FOUND")]
    [InlineData("personRemove", """{"personId":"nonsense"}""", "personId", "NOT_FOUND")]
    [InlineData("personPasswordLinkCreate", """{"personId":"$foreignPerson"}""", "personId", "NOT_FOUND")]
    [InlineData("tokenCreate", """{"name":"","rights":["READ_DOMAINS"]}""", "name", "INVALID")]
    [InlineData("tokenCreate", """{"name":"T","nodeId":"$foreign"}""", "nodeId", "NOT_FOUND")]
    [InlineData("tokenCreate", """{"name":"T","rights":["CREATE_RESELLER"]}""", "rights", "FORBIDDEN")]
    [InlineData("tokenCreate", """{"name":"T","sources":["nowhere"]}""", "sources", "INVALID")]
    [InlineData("tokenCreate", """{"name":"T","expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt", "INVALID")]
    [InlineData("tokenRevoke", """{"tokenId":"nonsense"}""", "tokenId", "NOT_FOUND")]
    [InlineData("sessionEnd", """{"sessionId":"nonsense"}""", "sessionId", "NOT_FOUND")]
    public async Task RefusesAndNamesTheField(string mutation, string input, string field, string code)
    {
        (Visitor owner, string customer) = await OwnerAsync();
        using Visitor _ = owner;
        string foreign = await api.CreateCustomerAsync("Foreign Ltd");
        (string login, PersonId foreignPerson) = await api.CreatePersonAsync(Role.CustomerOwner, NodeId.Parse(foreign));
        string filled = input.Replace("$foreignPerson", foreignPerson.Value, StringComparison.Ordinal).Replace("$foreign", foreign, StringComparison.Ordinal)
            .Replace("$own", customer, StringComparison.Ordinal).Replace("$login", login, StringComparison.Ordinal);

        JsonNode payload = await MutateAsync(owner, mutation, JsonNode.Parse(filled)!, "__typename");
        JsonNode error = Assert.Single(payload["userErrors"]!.AsArray())!;
        Assert.Equal((code, field), ((string?)error["code"], (string?)error["field"]![0]));
    }

    private async Task<(Visitor Visitor, string Customer)> OwnerAsync()
    {
        string customer = await api.CreateCustomerAsync("People Ltd");
        (string login, PersonId _) = await api.CreatePersonAsync(Role.CustomerOwner, NodeId.Parse(customer));
        return (await api.EnterAsync(login), customer);
    }

    private async Task<JsonNode> MutateAsync(Visitor visitor, string mutation, object input, string selection)
    {
        string type = $"{char.ToUpperInvariant(mutation[0])}{mutation[1..]}Input";
        JsonObject answer = await api.AskAsync(
            visitor, $"mutation($i: {type}!) {{ {mutation}(input: $i) {{ {selection} userErrors {{ field code message }} }} }}", new { i = input });
        Assert.False(answer.ContainsKey("errors"), answer.ToJsonString());
        return answer["data"]![mutation]!;
    }

    private static string? Code(JsonNode payload) => (string?)Assert.Single(payload["userErrors"]!.AsArray())!["code"];

    private async Task<HttpResponseMessage> PostByTokenAsync(string secret, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return await api.Http.SendAsync(request);
    }

    private async Task<JsonObject> AskByTokenAsync(string secret, string query)
    {
        using HttpResponseMessage response = await PostByTokenAsync(secret, query);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }
}
