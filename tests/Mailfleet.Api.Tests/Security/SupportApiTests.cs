using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Tests.Security;

public sealed class SupportApiTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Fact]
    public async Task SupportComesInWithConsentAndAReasonThatTheCustomerReads()
    {
        string customer = await api.CreateCustomerAsync("Helped Ltd");
        (string ownerLogin, PersonId _) = await api.CreatePersonAsync(Role.CustomerOwner, NodeId.Parse(customer));
        (string supportLogin, PersonId _) = await api.CreatePersonAsync(Role.OperatorSupport);
        using Visitor owner = await api.EnterAsync(ownerLogin);
        using Visitor support = await api.EnterAsync(supportLogin);

        await MutateAsync(owner, "supportConsentSet", new { customerId = customer, isNeeded = true }, "customerId");
        JsonNode refused = await MutateAsync(support, "supportAccessStart", new { customerId = customer, reason = "Ticket 4711: no mail", minutes = 30 }, "secret");
        Assert.Equal("CONSENT_NEEDED", (string?)refused["userErrors"]![0]!["code"]);

        await MutateAsync(
            owner, "supportConsentSet", new { customerId = customer, isNeeded = true, allowedUntil = TimeProvider.System.GetUtcNow().AddHours(1) }, "customerId");
        JsonNode started = await MutateAsync(
            support, "supportAccessStart", new { customerId = customer, reason = "Ticket 4711: no mail", minutes = 30 }, "secret token { id reason onBehalfOf expiresAt }");
        Assert.Equal((customer, "Ticket 4711: no mail"), ((string?)started["token"]!["onBehalfOf"], (string?)started["token"]!["reason"]));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = "{ viewer { login nodeId onBehalfOf } customers { nodes { id } } }" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string)started["secret"]!);
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        JsonNode data = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]!;
        Assert.Equal((supportLogin, customer, customer),
            ((string?)data["viewer"]!["login"], (string?)data["viewer"]!["nodeId"], (string?)data["viewer"]!["onBehalfOf"]));
        Assert.Equal(customer, (string?)Assert.Single(data["customers"]!["nodes"]!.AsArray())!["id"]);

        JsonNode entry = Assert.Single((await api.AskAsync(owner, "{ auditEvents(filter: { action: SUPPORT_ACCESS_STARTED }) { nodes { actor after } } }"))["data"]!["auditEvents"]!["nodes"]!.AsArray())!;
        Assert.Equal((supportLogin, "Ticket 4711: no mail"), ((string?)entry["actor"], (string?)entry["after"]!["reason"]));
    }

    private async Task<JsonNode> MutateAsync(Visitor visitor, string mutation, object input, string selection)
    {
        string type = $"{char.ToUpperInvariant(mutation[0])}{mutation[1..]}Input";
        JsonObject answer = await api.AskAsync(
            visitor, $"mutation($i: {type}!) {{ {mutation}(input: $i) {{ {selection} userErrors {{ field code message }} }} }}", new { i = input });
        Assert.False(answer.ContainsKey("errors"), answer.ToJsonString());
        return answer["data"]![mutation]!;
    }
}
