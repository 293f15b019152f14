using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mailfleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mailfleet.Api.Tests.GraphQL;

public sealed class WebhookFixture : ApiFixture
{
    protected override bool WebhooksAllowPrivate => true;
}

/// <summary>Webhooks end to end: made by GraphQL, received and checked by a server of the test.</summary>
public sealed class WebhookApiTests(WebhookFixture api) : IClassFixture<WebhookFixture>
{
    private const string Create = "mutation($i: WebhookCreateInput!) { webhookCreate(input: $i) { webhook { id url types } secret userErrors { code field message } } }";

    [Fact]
    public async Task SendsWhatHappensSignedAndAgainUntilItIsTaken()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        string customer = await api.CreateCustomerAsync("Hooked Ltd");
        string foreign = await api.CreateCustomerAsync("Foreign Ltd");
        JsonNode made = (await api.DataAsync(Create, new { i = new { nodeId = customer, url = receiver.Url, types = new[] { "domain.created", "domain.proven" } } }))["webhookCreate"]!;
        string secret = made["secret"]!.GetValue<string>();
        string id = made["webhook"]!["id"]!.GetValue<string>();

        receiver.Status = 500;
        string domain = await api.CreateDomainAsync(customer, "hooked.example");
        await api.CreateDomainAsync(foreign, "foreign-hook.example");
        await api.CreateMailboxAsync(domain, "ann");
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Received.Count >= 2), "both events were tried");
        receiver.Status = 204;
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(id)).All(d => d["deliveredAt"] is not null), "both events were taken");

        Assert.Equal(
            ["domain.created", "domain.proven"], receiver.Received.Select(r => JsonNode.Parse(r.Body)!["type"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(receiver.Received, request =>
        {
            string expected = Convert.ToBase64String(HMACSHA256.HashData(
                Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{request.Id}.{request.Timestamp}.{request.Body}")));
            Assert.Equal($"v1,{expected}", request.Signature);
            Assert.Equal(domain, JsonNode.Parse(request.Body)!["data"]!["id"]!.GetValue<string>());
        });
        Assert.Equal(2, receiver.Received.Select(r => r.Id).Distinct().Count()); // tried again under the same id

        JsonNode delivery = (await DeliveriesAsync(id))[0];
        Assert.Equal(204, delivery["status"]!.GetValue<int>());
        int before = receiver.Received.Count;
        await api.DataAsync(
            "mutation($i: WebhookRedeliverInput!) { webhookRedeliver(input: $i) { delivery { nextAt } userErrors { code } } }",
            new { i = new { deliveryId = delivery["id"]!.GetValue<string>() } });
        await Eventually.HoldsAsync(() => Task.FromResult(receiver.Received.Count > before), "it was delivered again");
        Assert.Equal(delivery["eventId"]!.GetValue<string>(), receiver.Received.Last().Id);
    }

    [Fact]
    public async Task AReceiverThatIsGoneGetsNothingMoreUntilSomebodyAsks()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Status = 410;
        string customer = await api.CreateCustomerAsync("Gone Ltd");
        string id = (await api.DataAsync(Create, new { i = new { nodeId = customer, url = receiver.Url } }))["webhookCreate"]!["webhook"]!["id"]!.GetValue<string>();
        await api.CreateDomainAsync(customer, "gone-hook.example");
        await Eventually.HoldsAsync(async () => (await WebhookAsync(id))["fault"] is not null, "the webhook was stopped");
        JsonObject deleted = await api.DataAsync("mutation($i: WebhookDeleteInput!) { webhookDelete(input: $i) { deletedWebhookId userErrors { code } } }", new { i = new { webhookId = id } });
        Assert.Equal(id, deleted["webhookDelete"]!["deletedWebhookId"]!.GetValue<string>());
        Assert.Null((await api.DataAsync("query($id: ID!) { node(id: $id) { id } }", new { id }))["node"]);
    }

    [Theory]
    [InlineData("""{"url":"nonsense"}""", "url")]
    [InlineData("""{"url":"ftp://example.com/"}""", "url")]
    [InlineData("""{"url":"https://user:password@example.com/"}""", "url")]
    [InlineData("""{"url":"https://example.com/","types":["mailbox.exploded"]}""", "types")]
    [InlineData("""{"url":"https://example.com/","nodeId":"cus_0197y3x0z0e9rt8v1k2m3n4p5q"}""", "nodeId")]
    public async Task RefusesWhatCannotBeSentTo(string input, string field)
    {
        JsonNode error = Assert.Single((await api.DataAsync(Create, new { i = JsonNode.Parse(input) }))["webhookCreate"]!["userErrors"]!.AsArray())!;
        Assert.Equal(field, error["field"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task TheFeedIsWalkedByItsCursor()
    {
        string customer = await api.CreateCustomerAsync("Fed Ltd");
        JsonNode none = (await api.DataAsync("""{ events(types: ["nothing"]) { nodes { id } hasMore endCursor } }"""))["events"]!;
        Assert.Empty(none["nodes"]!.AsArray());
        List<string> seen = [];
        string? cursor = null;
        await Eventually.HoldsAsync(async () =>
        {
            JsonNode page = (await api.DataAsync("query($a: String) { events(first: 3, after: $a) { nodes { id type objectId data at } endCursor hasMore } }", new { a = cursor }))["events"]!;
            cursor = page["endCursor"]!.GetValue<string>();
            seen.AddRange(page["nodes"]!.AsArray().Select(node => node!["objectId"]!.GetValue<string>()));
            return seen.Contains(customer);
        }, "the feed tells of the customer");
        Assert.Equal("BAD_USER_INPUT", (await api.AnswerAsync("""{ events(after: "x") { endCursor } }"""))["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
    }

    private async Task<JsonNode> WebhookAsync(string id) => (await api.DataAsync("query($id: ID!) { node(id: $id) { ... on Webhook { fault } } }", new { id }))["node"]!;

    private async Task<JsonNode[]> DeliveriesAsync(string id) => [.. (await api.DataAsync(
        "query($id: ID!) { node(id: $id) { ... on Webhook { deliveries { id eventId type attempts nextAt deliveredAt status fault } } } }", new { id }))["node"]!["deliveries"]!
        .AsArray().Select(node => node!)];

    private sealed record Request(string Id, string Timestamp, string Signature, string Body);

    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<Request> Received { get; } = new();

        public volatile int Status = 204;

        public string Url => $"{app.Urls.Single()}/hooks";

        public static async Task<Receiver> StartAsync()
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            WebApplication app = builder.Build();
            var receiver = new Receiver(app);
            app.Run(receiver.ReceiveAsync);
            await app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext http)
        {
            using var reader = new StreamReader(http.Request.Body);
            string body = await reader.ReadToEndAsync();
            Received.Enqueue(new Request(http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(), body));
            http.Response.StatusCode = Status;
        }
    }
}
