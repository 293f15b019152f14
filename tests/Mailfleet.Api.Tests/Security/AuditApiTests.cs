using System.Text.Json.Nodes;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Tests.Security;

public sealed class AuditApiTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task AnAuditorReadsWhoDidWhatFromWhereAndPagesThroughIt()
    {
        string customer = await api.CreateCustomerAsync("Audited Ltd");
        string domain = await api.CreateDomainAsync(customer, "audit-api.example");
        await api.CreateDomainAsync(await api.CreateCustomerAsync("Other Ltd"), "not-theirs.example");
        (string login, PersonId _) = await api.CreatePersonAsync(Role.CustomerAuditor, NodeId.Parse(customer));
        using Visitor auditor = await api.EnterAsync(login);

        JsonNode found = (await api.AskAsync(
            auditor,
            "query($id: ID!) { auditEvents(filter: { objectId: $id, action: DOMAIN_CREATED }) { nodes { actor actorId role onBehalfOf action objectId before after source } totalCount } }",
            new { id = domain }))["data"]!["auditEvents"]!;
        JsonNode entry = Assert.Single(found["nodes"]!.AsArray())!;
        Assert.Equal(("operator token", "OPERATOR", "DOMAIN_CREATED", domain, "127.0.0.1"),
            ((string?)entry["actor"], (string?)entry["role"], (string?)entry["action"], (string?)entry["objectId"], (string?)entry["source"]));
        Assert.Equal(("audit-api.example", "Vouched"), ((string?)entry["after"]!["name"], (string?)entry["after"]!["proof"]));
        Assert.Null(entry["before"]);

        List<string> actions = [];
        string? cursor = null;
        do
        {
            JsonNode page = (await api.AskAsync(
                auditor, "query($after: String) { auditEvents(first: 1, after: $after) { nodes { action } pageInfo { hasNextPage endCursor } } }", new { after = cursor }))["data"]!["auditEvents"]!;
            actions.AddRange(page["nodes"]!.AsArray().Select(node => (string)node!["action"]!));
            cursor = (bool)page["pageInfo"]!["hasNextPage"]! ? (string)page["pageInfo"]!["endCursor"]! : null;
        }
        while (cursor is not null);
        Assert.Equal(["CUSTOMER_CREATED", "DOMAIN_CREATED", "PERSON_CREATED", "LOGGED_IN"], actions);
    }

    [Fact]
    public async Task WhoMayNotReadItIsToldSo()
    {
        string customer = await api.CreateCustomerAsync("Closed Ltd");
        (string login, PersonId _) = await api.CreatePersonAsync(Role.CustomerAdmin, NodeId.Parse(customer));
        using Visitor admin = await api.EnterAsync(login);
        Assert.Equal("FORBIDDEN", (string?)(await api.AskAsync(admin, "{ auditEvents { nodes { id } } }"))["errors"]![0]!["extensions"]!["code"]);
    }
}
