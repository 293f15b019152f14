using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class QueryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task WalksAConnectionForwardsAndBackwards()
    {
        string customer = await api.CreateCustomerAsync("Walk");
        string[] names = [.. Enumerable.Range(0, 7).Select(i => $"walk{i}.example")];
        foreach (string name in names)
            await api.CreateDomainAsync(customer, name);

        const string query =
            """
            query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) { ... on Customer {
              domains(first: $first, after: $after, last: $last, before: $before) {
                totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { name } } nodes { name } } } } }
            """;
        async Task<JsonNode> PageAsync(object variables) => (await api.DataAsync(query, variables))["node"]!["domains"]!;

        JsonNode page = await PageAsync(new { id = customer, first = 3 });
        Assert.Equal(names[..3], Names(page));
        Assert.Equal(7, page["totalCount"]!.GetValue<long>());
        Assert.True(page["pageInfo"]!["hasNextPage"]!.GetValue<bool>());
        Assert.False(page["pageInfo"]!["hasPreviousPage"]!.GetValue<bool>());
        Assert.Equal(page["edges"]![2]!["cursor"]!.GetValue<string>(), page["pageInfo"]!["endCursor"]!.GetValue<string>());

        JsonNode second = await PageAsync(new { id = customer, first = 3, after = Text(page, "endCursor") });
        Assert.Equal(names[3..6], Names(second));
        Assert.True(second["pageInfo"]!["hasPreviousPage"]!.GetValue<bool>());

        JsonNode rest = await PageAsync(new { id = customer, first = 3, after = Text(second, "endCursor") });
        Assert.Equal(names[6..], Names(rest));
        Assert.False(rest["pageInfo"]!["hasNextPage"]!.GetValue<bool>());

        JsonNode lastPage = await PageAsync(new { id = customer, last = 2 });
        Assert.Equal(names[5..], Names(lastPage));
        Assert.True(lastPage["pageInfo"]!["hasPreviousPage"]!.GetValue<bool>());

        JsonNode before = await PageAsync(new { id = customer, last = 3, before = Text(lastPage, "startCursor") });
        Assert.Equal(names[2..5], Names(before));
        Assert.True(before["pageInfo"]!["hasNextPage"]!.GetValue<bool>());

        JsonNode between = await PageAsync(new { id = customer, first = 100, after = Text(page, "startCursor"), before = Text(lastPage, "endCursor") });
        Assert.Equal(names[1..6], Names(between));

        JsonNode none = await PageAsync(new { id = customer, first = 1, after = Text(lastPage, "endCursor") });
        Assert.Empty(Names(none));
        Assert.Null(none["pageInfo"]!["endCursor"]);
    }

    [Fact]
    public async Task FiltersByWholeTextAndByPrefix()
    {
        string customer = await api.CreateCustomerAsync("Filter & Söhne");
        string muenchen = await api.CreateDomainAsync(customer, "Filter-München.example");
        string other = await api.CreateDomainAsync(customer, "filter-berlin.example");
        string anna = await api.CreateMailboxAsync(muenchen, "anna");
        string hanna = await api.CreateMailboxAsync(other, "hanna");

        Assert.Equal([customer], await IdsAsync("customers", "{ name: \"Filter & Söhne\" }"));
        Assert.Equal([customer], await IdsAsync("customers", "{ nameStartsWith: \"Filter & S\" }"));
        Assert.Equal([muenchen], await IdsAsync("domains", "{ name: \"FILTER-münchen.example.\" }"));
        Assert.Equal([muenchen], await IdsAsync("domains", "{ name: \"xn--filter-mnchen-3ob.example\" }"));
        Assert.Equal([other], await IdsAsync("domains", "{ nameStartsWith: \"Filter-\" }"));
        Assert.Empty(await IdsAsync("domains", "{ name: \"filter-\" }"));
        Assert.Empty(await IdsAsync("domains", "{ nameStartsWith: \"filter_\" }"));
        Assert.Equal([anna], await IdsAsync("mailboxes", "{ address: \"Anna@filter-münchen.example\" }"));
        Assert.Equal([hanna], await IdsAsync("mailboxes", "{ addressStartsWith: \"hanna@filter\" }"));
        Assert.Empty(await IdsAsync("mailboxes", "{ address: \"anna@filter-berlin.example\" }"));
        Assert.Equal([other], await IdsAsync("domains", "{ name: \"filter-berlin.example\", nameStartsWith: \"filter\" }"));
    }

    [Theory]
    [InlineData("first: 0", "first has to be between 1 and 100.")]
    [InlineData("first: 101", "first has to be between 1 and 100.")]
    [InlineData("last: -1", "last has to be between 1 and 100.")]
    [InlineData("first: 1, last: 1", "Give first or last, not both.")]
    [InlineData("after: \"nonsense\"", "after is not a cursor of this connection.")]
    [InlineData("before: \"!\"", "before is not a cursor of this connection.")]
    public async Task RefusesArgumentsThatMakeNoSense(string arguments, string message)
    {
        JsonObject answer = await api.AnswerAsync($"{{ domains({arguments}) {{ nodes {{ id }} }} }}");
        Assert.Equal(message, answer["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Equal("BAD_USER_INPUT", answer["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task RefusesACursorOfAnotherConnection()
    {
        await api.CreateCustomerAsync("Cursor");
        JsonObject customers = await api.DataAsync("{ customers(first: 1) { pageInfo { endCursor } } }");
        JsonObject answer = await api.AnswerAsync(
            "query($after: String) { domains(after: $after) { nodes { id } } }", new { after = Text(customers["customers"]!, "endCursor") });
        Assert.Equal("after is not a cursor of this connection.", answer["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("cus_0197y3x0z0e9rt8v1k2m3n4p5q")]
    [InlineData("dom_0197y3x0z0e9rt8v1k2m3n4p5q")]
    [InlineData("mbx_0197y3x0z0e9rt8v1k2m3n4p5q")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task AnUnknownIdIsNoNode(string id)
    {
        JsonObject data = await api.DataAsync("query($id: ID!) { node(id: $id) { id } }", new { id });
        Assert.True(data.ContainsKey("node"));
        Assert.Null(data["node"]);
    }

    [Fact]
    public async Task FindsEveryTypeByItsId()
    {
        string customer = await api.CreateCustomerAsync("Nodes");
        string domain = await api.CreateDomainAsync(customer, "nodes.example");
        string mailbox = await api.CreateMailboxAsync(domain, "node");
        foreach ((string id, string type) in new[] { (customer, "Customer"), (domain, "Domain"), (mailbox, "Mailbox") })
        {
            JsonObject data = await api.DataAsync("query($id: ID!) { node(id: $id) { __typename id } }", new { id });
            Assert.Equal($"{type} {id}", $"{data["node"]!["__typename"]} {data["node"]!["id"]}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task TheNumberOfStatementsDoesNotGrowWithTheRows(int domains)
    {
        string prefix = $"n{domains.ToString(CultureInfo.InvariantCulture)}-";
        for (int i = 0; i < domains; i++)
        {
            string domain = await api.CreateDomainAsync(await api.CreateCustomerAsync("Many"), $"{prefix}{i}.example");
            await api.CreateMailboxAsync(domain, "a");
            await api.CreateMailboxAsync(domain, "b");
        }

        string query =
            $$"""
            { domains(first: 100, filter: { nameStartsWith: "{{prefix}}" }) { totalCount nodes { name customer { name }
              mailboxes(first: 100) { totalCount nodes { address usedBytes domain { name } } } } } }
            """;
        using var counter = new SqlCounter();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiFixture.Token);
        request.Headers.Add("traceparent", counter.TraceParent);
        request.Content = new StringContent(new JsonObject { ["query"] = query }.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await api.Http.SendAsync(request);

        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(domains * 2, answer["data"]!["domains"]!["nodes"]!.AsArray().Sum(node => node!["mailboxes"]!["nodes"]!.AsArray().Count));
        // Domains, their count, customers, mailboxes, their counts, used bytes, the mailboxes' domains.
        Assert.Equal(7, counter.Count);
    }

    private async Task<string[]> IdsAsync(string field, string filter)
    {
        JsonObject data = await api.DataAsync($"{{ {field}(filter: {filter}) {{ totalCount nodes {{ id }} }} }}");
        JsonArray nodes = data[field]!["nodes"]!.AsArray();
        Assert.Equal(nodes.Count, data[field]!["totalCount"]!.GetValue<long>());
        return [.. nodes.Select(node => node!["id"]!.GetValue<string>())];
    }

    private static string[] Names(JsonNode page)
    {
        string[] nodes = [.. page["nodes"]!.AsArray().Select(node => node!["name"]!.GetValue<string>())];
        Assert.Equal(nodes, page["edges"]!.AsArray().Select(edge => edge!["node"]!["name"]!.GetValue<string>()));
        return nodes;
    }

    private static string Text(JsonNode page, string cursor) => page["pageInfo"]![cursor]!.GetValue<string>();
}
