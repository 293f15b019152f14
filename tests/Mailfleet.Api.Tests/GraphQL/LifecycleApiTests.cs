using System.Text.Json.Nodes;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class LifecycleApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task AResellersCustomerGoesThroughItsLife()
    {
        string customer = await api.CreateCustomerAsync("Alive");
        JsonNode plan = await MutateAsync("planCreate", new { name = "Gold", terms = new { pastDueDays = 20, maxMailboxes = 3, refusalText = "Ask Gold Hosting" } }, "plan { id name terms { pastDueDays trialDays } }");
        Assert.Equal("""{"pastDueDays":20,"trialDays":null}""", plan["plan"]!["terms"]!.ToJsonString());
        string planId = (string)plan["plan"]!["id"]!;
        JsonNode set = await MutateAsync("customerPlanSet", new { customerId = customer, planId, pinned = new { trialDays = 60 } }, "customer { planId pinnedTerms { trialDays } } terms { pastDueDays trialDays maxMailboxes noticeDays }");
        Assert.Equal("""{"pastDueDays":20,"trialDays":60,"maxMailboxes":3,"noticeDays":7}""", set["terms"]!.ToJsonString());

        JsonNode staged = await MutateAsync("customerStageSet", new { customerId = customer, stage = "PAST_DUE", reason = "Card failed" }, "customer { stage stageUntil isHeld }");
        Assert.Equal("PAST_DUE", (string?)staged["customer"]!["stage"]);
        JsonArray steps = (await api.DataAsync("{ lifecycleForecast { isComplete steps { customerId from to isHeld } } }"))["lifecycleForecast"]!["steps"]!.AsArray();
        Assert.Equal($$"""{"customerId":"{{customer}}","from":"PAST_DUE","to":"SENDING_BLOCKED","isHeld":false}""", Assert.Single(steps)!.ToJsonString());

        Assert.True((bool)(await MutateAsync("customerHold", new { customerId = customer, reason = "A promise on the telephone" }, "customer { isHeld }"))["customer"]!["isHeld"]!);
        Assert.False((bool)(await MutateAsync("customerRelease", new { customerId = customer }, "customer { isHeld }"))["customer"]!["isHeld"]!);
        JsonNode changed = await MutateAsync("planChange", new { planId, terms = new { pastDueDays = 10 } }, "plan { terms { pastDueDays maxMailboxes } }");
        Assert.Equal("""{"pastDueDays":10,"maxMailboxes":null}""", changed["plan"]!["terms"]!.ToJsonString());
        Assert.Equal(planId, (string?)Assert.Single((await api.DataAsync("{ plans { nodes { id } } }"))["plans"]!["nodes"]!.AsArray())!["id"]);
        Assert.Equal("Gold", (string?)(await api.DataAsync("query($id: ID!) { node(id: $id) { ... on Plan { name } } }", new { id = planId }))["node"]!["name"]);
    }

    [Fact]
    public async Task BadInputNamesTheFieldAndChangesNothing()
    {
        string customer = await api.CreateCustomerAsync("Bad input");
        await RefusedAsync("customerStageSet", new { customerId = customer, stage = "PURGED", reason = "Away with it" }, "INVALID", "stage");
        await RefusedAsync("customerStageSet", new { customerId = customer, stage = "ACTIVE", reason = "two\nlines" }, "INVALID", "reason");
        await RefusedAsync("customerStageSet", new { customerId = "cus_nobody", stage = "ACTIVE", reason = "Paid" }, "NOT_FOUND", "customerId");
        await RefusedAsync("customerHold", new { customerId = customer, reason = "" }, "INVALID", "reason");
        await RefusedAsync("customerPlanSet", new { customerId = customer, planId = "pln_nothing" }, "NOT_FOUND", "planId");
        await RefusedAsync("planCreate", new { name = "Bad", terms = new { refusalText = "a\r\nb" } }, "INVALID", "terms");
        await RefusedAsync("planCreate", new { name = "Bad", terms = new { exportOnlyDays = 0 } }, "INVALID", "terms");
        Assert.Contains("days", (await api.AnswerAsync("{ lifecycleForecast(days: 0) { isComplete } }"))["errors"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string mutation, object input, string code, string field)
    {
        JsonNode error = Assert.Single((await AskAsync(mutation, input, ""))["userErrors"]!.AsArray())!;
        Assert.Equal((code, field), ((string?)error["code"], (string?)error["field"]![0]));
    }

    private async Task<JsonNode> MutateAsync(string mutation, object input, string selection)
    {
        JsonNode answer = await AskAsync(mutation, input, selection);
        Assert.Equal("[]", answer["userErrors"]!.ToJsonString());
        return answer;
    }

    private async Task<JsonNode> AskAsync(string mutation, object input, string selection)
    {
        string type = $"{char.ToUpperInvariant(mutation[0])}{mutation[1..]}Input";
        return (await api.DataAsync($"mutation($i: {type}!) {{ {mutation}(input: $i) {{ {selection} userErrors {{ field code message }} }} }}", new { i = input }))[mutation]!;
    }
}
