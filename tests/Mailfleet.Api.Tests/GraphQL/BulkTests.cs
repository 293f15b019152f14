using System.Text.Json.Nodes;
using Mailfleet.Testing;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class BulkTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string CreateAliases =
        "mutation($i: AliasBulkCreateInput!) { aliasBulkCreate(input: $i) { results { alias { id address } userErrors { code field } } userErrors { code field } } }";

    [Fact]
    public async Task EachItemAnswersForItselfInItsOrder()
    {
        string domain = await api.CreateDomainAsync(await api.CreateCustomerAsync("Bulk Ltd"), "bulk.example");
        JsonNode answer = (await api.DataAsync(CreateAliases, new
        {
            i = new { items = Enumerable.Range(0, 100).Select(i => new { domainId = domain, localPart = i == 50 ? "a0" : $"a{i}", targets = new[] { "x@else.example" } }) },
        }))["aliasBulkCreate"]!;
        JsonArray results = answer["results"]!.AsArray();
        Assert.Empty(answer["userErrors"]!.AsArray());
        Assert.Equal(100, results.Count);
        Assert.Equal("a99@bulk.example", results[99]!["alias"]!["address"]!.GetValue<string>());
        Assert.Null(results[50]!["alias"]);
        Assert.Equal("""[{"code":"ADDRESS_TAKEN","field":["localPart"]}]""", results[50]!["userErrors"]!.ToJsonString());

        string[] ids = [.. results.Where(r => r!["alias"] is not null).Select(r => r!["alias"]!["id"]!.GetValue<string>())];
        JsonNode deleted = (await api.DataAsync(
            "mutation($i: AliasBulkDeleteInput!) { aliasBulkDelete(input: $i) { results { deletedAliasId userErrors { code } } } }",
            new { i = new { items = ids.Prepend(ids[0]).Select(aliasId => new { aliasId }) } }))["aliasBulkDelete"]!;
        Assert.Equal(99, deleted["results"]!.AsArray().Count(r => r!["deletedAliasId"] is not null));
        Assert.Equal("NOT_FOUND", deleted["results"]![1]!["userErrors"]![0]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task RefusesTooFewAndTooManyAsAWhole(int count)
    {
        JsonNode answer = (await api.DataAsync(CreateAliases, new
        {
            i = new { items = Enumerable.Range(0, count).Select(i => new { domainId = "dom_0197y3x0z0e9rt8v1k2m3n4p5q", localPart = $"a{i}", targets = new[] { "x@else.example" } }) },
        }))["aliasBulkCreate"]!;
        Assert.Empty(answer["results"]!.AsArray());
        Assert.Equal("""[{"code":"INVALID","field":["items"]}]""", answer["userErrors"]!.ToJsonString());
    }

    [Fact]
    public async Task DomainsAndMailboxesAreMadeInBulkToo()
    {
        string customer = await api.CreateCustomerAsync("More Bulk Ltd");
        JsonNode domains = (await api.DataAsync(
            "mutation($i: DomainBulkCreateInput!) { domainBulkCreate(input: $i) { results { domain { id } userErrors { code } } } }",
            new { i = new { items = new[] { "b1.example", "localhost", "b2.example" }.Select(name => new { customerId = customer, name }) } }))["domainBulkCreate"]!["results"]!;
        Assert.Equal("INVALID", domains[1]!["userErrors"]![0]!["code"]!.GetValue<string>());
        string domainId = domains[0]!["domain"]!["id"]!.GetValue<string>();
        JsonNode mailboxes = (await api.DataAsync(
            "mutation($i: MailboxBulkCreateInput!) { mailboxBulkCreate(input: $i) { results { mailbox { id address } userErrors { code } } } }",
            new { i = new { items = new[] { "ann", "bob" }.Select(localPart => new { domainId, localPart, password = "correct horse" }) } }))["mailboxBulkCreate"]!["results"]!;
        Assert.Equal(["ann@b1.example", "bob@b1.example"], mailboxes.AsArray().Select(r => r!["mailbox"]!["address"]!.GetValue<string>()));
        JsonNode deleted = (await api.DataAsync(
            "mutation($i: MailboxBulkDeleteInput!) { mailboxBulkDelete(input: $i) { results { deletedMailboxId } } }",
            new { i = new { items = mailboxes.AsArray().Select(r => new { mailboxId = r!["mailbox"]!["id"]!.GetValue<string>() }) } }))["mailboxBulkDelete"]!["results"]!;
        Assert.All(deleted.AsArray(), r => Assert.NotNull(r!["deletedMailboxId"]));
    }

    [Fact]
    public async Task AnImportIsPreviewedStartedAndWatched()
    {
        await api.CreateDomainAsync(await api.CreateCustomerAsync("Import Ltd"), "import.example");
        JsonNode made = (await api.DataAsync(
            "mutation($i: ImportCreateInput!) { importCreate(input: $i) { job { id kind state total refused errors(first: 1) { line column code message } } userErrors { code } } }",
            new { i = new { kind = "IMPORT_MAILBOXES", csv = "address,password\nann@import.example,correct horse\nbad,correct horse\nworse,x\n" } }))["importCreate"]!["job"]!;
        Assert.Equal(("IMPORT_MAILBOXES", "READY", 3, 2), (made["kind"]!.GetValue<string>(), made["state"]!.GetValue<string>(), made["total"]!.GetValue<int>(), made["refused"]!.GetValue<int>()));
        Assert.Equal(3, Assert.Single(made["errors"]!.AsArray())!["line"]!.GetValue<int>());
        string id = made["id"]!.GetValue<string>();
        await api.DataAsync("mutation($i: JobStartInput!) { jobStart(input: $i) { job { state } userErrors { code } } }", new { i = new { jobId = id } });
        await Eventually.HoldsAsync(async () => (await JobAsync(id))["state"]!.GetValue<string>() == "DONE", "the import is done");
        JsonNode done = await JobAsync(id);
        Assert.Equal(1, done["done"]!.GetValue<int>());
        Assert.Equal(4, Assert.Single(done["errors"]!.AsArray())!["line"]!.GetValue<int>());
        foreach (string step in new[] { "Start", "Pause", "Cancel" })
            Assert.Equal("JOB_STATE", (await api.DataAsync(
                $"mutation($i: Job{step}Input!) {{ job{step}(input: $i) {{ job {{ id }} userErrors {{ code }} }} }}", new { i = new { jobId = id } }))[$"job{step}"]!["userErrors"]![0]!["code"]!.GetValue<string>());
        Assert.Contains(id, (await api.DataAsync("{ jobs(orderBy: CREATED_AT_DESC) { nodes { id } } }")).ToJsonString());
    }

    private async Task<JsonNode> JobAsync(string id) => (await api.DataAsync(
        "query($id: ID!) { node(id: $id) { ... on Job { state done finishedAt errors(afterLine: 3) { line } } } }", new { id }))["node"]!;
}
