using System.Text.Json.Nodes;
using Mailfleet.Tenancy.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class MutationTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string UnknownCustomer = "cus_0197y3x0z0e9rt8v1k2m3n4p5q";
    private const string UnknownDomain = "dom_0197y3x0z0e9rt8v1k2m3n4p5q";
    private const string UnknownMailbox = "mbx_0197y3x0z0e9rt8v1k2m3n4p5q";

    [Fact]
    public async Task TakesACustomerToAWorkingMailboxAndBack()
    {
        string customer = await api.CreateCustomerAsync("Life Ltd");
        string domain = await api.CreateDomainAsync(customer, "Life.example");
        JsonObject created = await api.DataAsync(
            """
            mutation($i: MailboxCreateInput!) { mailboxCreate(input: $i) { userErrors { code field message }
              mailbox { id address usedBytes quotaBytes domain { id name customer { id name } } provisioning { version cell } } } }
            """,
            new { i = new { domainId = domain, localPart = "Ann", password = "correct horse", quotaBytes = 5_000_000_000 } });
        JsonNode mailbox = created["mailboxCreate"]!["mailbox"]!;
        string id = mailbox["id"]!.GetValue<string>();
        Assert.Equal("ann@life.example", mailbox["address"]!.GetValue<string>());
        Assert.Equal(5_000_000_000, mailbox["quotaBytes"]!.GetValue<long>());
        Assert.Equal("Life Ltd", mailbox["domain"]!["customer"]!["name"]!.GetValue<string>());
        Assert.Equal("cell1", mailbox["provisioning"]!["cell"]!.GetValue<string>());

        await WaitUntilAppliedAsync(domain, id);
        JsonObject applied = await api.DataAsync("query($id: ID!) { node(id: $id) { ... on Mailbox { provisioning { state version at } } } }", new { id });
        Assert.Equal("APPLIED", applied["node"]!["provisioning"]!["state"]!.GetValue<string>());

        JsonObject set = await api.DataAsync(
            "mutation($i: MailboxSetPasswordInput!) { mailboxSetPassword(input: $i) { mailbox { id provisioning { version } } userErrors { code } } }",
            new { i = new { mailboxId = id, password = "another horse" } });
        Assert.Equal(3, set["mailboxSetPassword"]!["mailbox"]!["provisioning"]!["version"]!.GetValue<long>());

        JsonObject deleted = await api.DataAsync(
            "mutation($i: MailboxDeleteInput!) { mailboxDelete(input: $i) { deletedMailboxId userErrors { code } } }", new { i = new { mailboxId = id } });
        Assert.Equal(id, deleted["mailboxDelete"]!["deletedMailboxId"]!.GetValue<string>());
        Assert.Null((await api.DataAsync("query($id: ID!) { node(id: $id) { id } }", new { id }))["node"]);
    }

    [Fact]
    public async Task AnAliasIsMadeChangedListedAndDeleted()
    {
        string domain = await api.CreateDomainAsync(await api.CreateCustomerAsync("Aliases Ltd"), "aliases.example");
        JsonObject made = await api.DataAsync(
            """
            mutation($d: ID!) {
              one: aliasCreate(input: { domainId: $d, localPart: "One", targets: ["x@else.example"] }) { alias { id address kind domain { name } } userErrors { code } }
              two: aliasCreate(input: { domainId: $d, localPart: "any", targets: ["x@else.example", "y@else.example"] }) { alias { kind } userErrors { code } }
              three: aliasCreate(input: { domainId: $d, localPart: "*", targets: ["*@else.example"] }) { alias { kind address } userErrors { code } }
            }
            """,
            new { d = domain });
        string id = made["one"]!["alias"]!["id"]!.GetValue<string>();
        Assert.Equal("""{"address":"one@aliases.example","kind":"ALIAS","domain":{"name":"aliases.example"}}""", Without(made["one"]!["alias"]!, "id"));
        Assert.Equal("GROUP", made["two"]!["alias"]!["kind"]!.GetValue<string>());
        Assert.Equal("DOMAIN_ALIAS", made["three"]!["alias"]!["kind"]!.GetValue<string>());

        await api.DataAsync(
            "mutation($i: AliasSetTargetsInput!) { aliasSetTargets(input: $i) { alias { targets } userErrors { code } } }", new { i = new { aliasId = id, targets = new[] { "z@else.example" } } });
        await WaitUntilAppliedAsync(id);
        JsonObject listed = await api.DataAsync(
            """
            query($d: ID!) { node(id: $d) { ... on Domain { aliases(first: 2, orderBy: NAME_DESC) { totalCount nodes { address targets provisioning { state } } } } }
              aliases(filter: { address: "ONE@aliases.example" }) { nodes { address } } }
            """,
            new { d = domain });
        JsonNode page = listed["node"]!["aliases"]!;
        Assert.Equal(3, page["totalCount"]!.GetValue<int>());
        Assert.Equal(["one@aliases.example", "any@aliases.example"], page["nodes"]!.AsArray().Select(node => node!["address"]!.GetValue<string>()));
        Assert.Equal("""["z@else.example"]""", page["nodes"]![0]!["targets"]!.ToJsonString());
        Assert.Equal("APPLIED", page["nodes"]![0]!["provisioning"]!["state"]!.GetValue<string>());
        Assert.Single(listed["aliases"]!["nodes"]!.AsArray());

        JsonObject deleted = await api.DataAsync("mutation($i: AliasDeleteInput!) { aliasDelete(input: $i) { deletedAliasId userErrors { code } } }", new { i = new { aliasId = id } });
        Assert.Equal(id, deleted["aliasDelete"]!["deletedAliasId"]!.GetValue<string>());
        Assert.Null((await api.DataAsync("query($id: ID!) { node(id: $id) { id } }", new { id }))["node"]);

        static string Without(JsonNode node, string property)
        {
            node.AsObject().Remove(property);
            return node.ToJsonString();
        }
    }

    [Theory]
    [InlineData("customerCreate", "CustomerCreateInput", "customer { id }", """{"name":"  "}""", "INVALID", "name")]
    [InlineData("customerCreate", "CustomerCreateInput", "customer { id }", "{\"name\":\"a\\u0007b\"}", "INVALID", "name")]
    [InlineData("customerCreate", "CustomerCreateInput", "customer { id }", """{"name":"Acme","parentId":"nonsense"}""", "NOT_FOUND", "parentId")]
    [InlineData("customerCreate", "CustomerCreateInput", "customer { id }", """{"name":"Acme","parentId":"res_0197y3x0z0e9rt8v1k2m3n4p5q"}""", "NOT_FOUND", "parentId")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"x","name":"a.example"}""", "NOT_FOUND", "customerId")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$unknownCustomer","name":"a.example"}""", "NOT_FOUND", "customerId")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$customer","name":"localhost"}""", "INVALID", "name")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$customer","name":"127.0.0.1"}""", "INVALID", "name")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$customer","name":"www.mailfleet.test"}""", "DOMAIN_RESERVED", "name")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$customer","name":"mailfleet.test"}""", "DOMAIN_RESERVED", "name")]
    [InlineData("domainCreate", "DomainCreateInput", "domain { id }", """{"customerId":"$customer","name":"$taken"}""", "DOMAIN_TAKEN", "name")]
    [InlineData("mailboxCreate", "MailboxCreateInput", "mailbox { id }", """{"domainId":"$unknownDomain","localPart":"a","password":"correct horse"}""", "NOT_FOUND", "domainId")]
    [InlineData("mailboxCreate", "MailboxCreateInput", "mailbox { id }", """{"domainId":"$domain","localPart":"a b","password":"correct horse"}""", "INVALID", "localPart")]
    [InlineData("mailboxCreate", "MailboxCreateInput", "mailbox { id }", """{"domainId":"$domain","localPart":"a","password":"short"}""", "PASSWORD_TOO_WEAK", "password")]
    [InlineData("mailboxCreate", "MailboxCreateInput", "mailbox { id }", """{"domainId":"$domain","localPart":"a","password":"correct horse","quotaBytes":-1}""", "INVALID", "quotaBytes")]
    [InlineData("mailboxCreate", "MailboxCreateInput", "mailbox { id }", """{"domainId":"$domain","localPart":"Taken","password":"correct horse"}""", "ADDRESS_TAKEN", "localPart")]
    [InlineData("mailboxSetPassword", "MailboxSetPasswordInput", "mailbox { id }", """{"mailboxId":"$unknownMailbox","password":"correct horse"}""", "NOT_FOUND", "mailboxId")]
    [InlineData("mailboxSetPassword", "MailboxSetPasswordInput", "mailbox { id }", """{"mailboxId":"$mailbox","password":"password"}""", "PASSWORD_TOO_WEAK", "password")]
    [InlineData("mailboxDelete", "MailboxDeleteInput", "deletedMailboxId", """{"mailboxId":"$unknownMailbox"}""", "NOT_FOUND", "mailboxId")]
    [InlineData("mailboxDelete", "MailboxDeleteInput", "deletedMailboxId", """{"mailboxId":"$domain"}""", "NOT_FOUND", "mailboxId")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$unknownDomain","localPart":"a","targets":["b@x.example"]}""", "NOT_FOUND", "domainId")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$domain","localPart":"a b","targets":["b@x.example"]}""", "INVALID", "localPart")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$domain","localPart":"a","targets":[]}""", "INVALID", "targets")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$domain","localPart":"mailer-daemon","targets":["b@x.example"]}""", "ADDRESS_RESERVED", "localPart")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$domain","localPart":"taken","targets":["$mailbox@x.example"]}""", "ADDRESS_TAKEN", "localPart")]
    [InlineData("aliasCreate", "AliasCreateInput", "alias { id }", """{"domainId":"$domain","localPart":"a","targets":["a@$taken"]}""", "ALIAS_LOOP", "targets")]
    [InlineData("aliasSetTargets", "AliasSetTargetsInput", "alias { id }", """{"aliasId":"als_0197y3x0z0e9rt8v1k2m3n4p5q","targets":["b@x.example"]}""", "NOT_FOUND", "aliasId")]
    [InlineData("aliasDelete", "AliasDeleteInput", "deletedAliasId", """{"aliasId":"$domain"}""", "NOT_FOUND", "aliasId")]
    public async Task RefusesAndChangesNothing(string mutation, string inputType, string selection, string input, string code, string field)
    {
        string name = $"{Guid.NewGuid():N}.example";
        string customer = await api.CreateCustomerAsync("Refused Ltd");
        string domain = await api.CreateDomainAsync(customer, name);
        string mailbox = input.Contains("$mailbox", StringComparison.Ordinal) || code == "ADDRESS_TAKEN" ? await api.CreateMailboxAsync(domain, "taken") : "";
        string filled = input.Replace("$customer", customer, StringComparison.Ordinal).Replace("$domain", domain, StringComparison.Ordinal)
            .Replace("$mailbox", mailbox, StringComparison.Ordinal).Replace("$taken", name, StringComparison.Ordinal)
            .Replace("$unknownCustomer", UnknownCustomer, StringComparison.Ordinal).Replace("$unknownDomain", UnknownDomain, StringComparison.Ordinal)
            .Replace("$unknownMailbox", UnknownMailbox, StringComparison.Ordinal);
        long events = await CountEventsAsync();

        JsonObject data = await api.DataAsync(
            $"mutation($i: {inputType}!) {{ {mutation}(input: $i) {{ {selection} userErrors {{ field message code }} }} }}", new { i = JsonNode.Parse(filled) });

        JsonNode payload = data[mutation]!;
        JsonNode error = Assert.Single(payload["userErrors"]!.AsArray())!;
        Assert.Equal(code, error["code"]!.GetValue<string>());
        Assert.Equal([field], error["field"]!.AsArray().Select(part => part!.GetValue<string>()));
        Assert.NotEmpty(error["message"]!.GetValue<string>());
        Assert.Null(payload[selection.Split(' ')[0]]);
        Assert.Equal(events, await CountEventsAsync());
    }

    [Fact]
    public async Task NamesEveryFieldThatIsWrongAtOnce()
    {
        string domain = await api.CreateDomainAsync(await api.CreateCustomerAsync("Many"), "many-faults.example");
        JsonObject data = await api.DataAsync(
            "mutation($i: MailboxCreateInput!) { mailboxCreate(input: $i) { userErrors { field } } }",
            new { i = new { domainId = domain, localPart = "", password = "", quotaBytes = -5 } });
        Assert.Equal(
            ["localPart", "password", "quotaBytes"],
            data["mailboxCreate"]!["userErrors"]!.AsArray().Select(error => error!["field"]![0]!.GetValue<string>()));
    }

    private Task WaitUntilAppliedAsync(params string[] ids) => api.Services.GetRequiredService<ProvisioningProgress>()
        .WaitUntilAppliedAsync(ids, new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

    private async Task<long> CountEventsAsync()
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(api.ControlDatabase);
        await using Npgsql.NpgsqlCommand command = database.CreateCommand("SELECT count(*) FROM marten.mt_events");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
