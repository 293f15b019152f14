using System.Text.Json.Nodes;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class EntitlementTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Set = "mutation($i: LimitSetInput!) { limitSet(input: $i) { entitlement { kind limit used effectiveLimit left promisedPercent } userErrors { field code message } } }";

    [Fact]
    public async Task ALimitIsSetReadAndReached()
    {
        string customer = await api.CreateCustomerAsync("Limited");
        string domain = await api.CreateDomainAsync(customer, "limited.example");
        JsonNode set = (await api.DataAsync(Set, new { i = new { nodeId = customer, kind = "MAILBOXES", limit = 1 } }))["limitSet"]!;
        Assert.Empty(set["userErrors"]!.AsArray());
        Assert.Equal("""{"kind":"MAILBOXES","limit":1,"used":0,"effectiveLimit":1,"left":1,"promisedPercent":100}""", set["entitlement"]!.ToJsonString());

        await api.CreateMailboxAsync(domain, "a");
        JsonObject full = await api.DataAsync(
            "mutation($i: MailboxCreateInput!) { mailboxCreate(input: $i) { mailbox { id } userErrors { field code message } } }",
            new { i = new { domainId = domain, localPart = "b", password = "correct horse" } });
        Assert.Null(full["mailboxCreate"]!["mailbox"]);
        JsonNode error = Assert.Single(full["mailboxCreate"]!["userErrors"]!.AsArray())!;
        Assert.Equal("MAILBOX_LIMIT_REACHED", (string?)error["code"]);
        Assert.Contains(customer, (string?)error["message"], StringComparison.Ordinal);

        JsonArray all = (await api.DataAsync("query($id: ID!) { entitlements(nodeId: $id) { kind limit left } }", new { id = domain }))["entitlements"]!.AsArray();
        Assert.Equal("""{"kind":"MAILBOXES","limit":null,"left":0}""", all.Single(e => (string?)e!["kind"] == "MAILBOXES")!.ToJsonString());

        JsonNode removed = (await api.DataAsync(Set, new { i = new { nodeId = customer, kind = "MAILBOXES" } }))["limitSet"]!;
        Assert.Empty(removed["userErrors"]!.AsArray());
        await api.CreateMailboxAsync(domain, "b");
    }

    [Theory]
    [InlineData("cus_nonsense", "MAILBOXES", 1, "NOT_FOUND", "nodeId")]
    [InlineData(null, "MAILBOXES", -1, "INVALID", "limit")]
    [InlineData(null, "CUSTOMERS", 1, "INVALID", "kind")]
    public async Task BadInputNamesTheFieldAndChangesNothing(string? node, string kind, long limit, string code, string field)
    {
        node ??= await api.CreateCustomerAsync("Bad input");
        JsonNode set = (await api.DataAsync(Set, new { i = new { nodeId = node, kind, limit } }))["limitSet"]!;
        JsonNode error = Assert.Single(set["userErrors"]!.AsArray())!;
        Assert.Equal((code, field), ((string?)error["code"], (string?)error["field"]![0]));
    }
}
