using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mailfleet.Testing;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>The API as a program of a reseller would call it.</summary>
public sealed class GraphQLByToken(RunningMailfleet mailfleet)
{
    [Fact]
    public async Task ListsTheDemoDomainWithItsMailboxesUsedBytesAndProvisioning()
    {
        using HttpClient client = Client();
        JsonElement data = await AskAsync(client, """
            { domains(first: 10, filter: { name: "demo.test" }) { nodes { name provisioning { state cell version at }
                mailboxes(first: 10) { nodes { address usedBytes quotaBytes provisioning { state } } } } } }
            """);
        JsonElement domain = Assert.Single(data.GetProperty("domains").GetProperty("nodes").EnumerateArray());
        Assert.Equal("demo.test", domain.GetProperty("name").GetString());
        Assert.Equal("APPLIED", domain.GetProperty("provisioning").GetProperty("state").GetString());
        JsonElement[] mailboxes = [.. domain.GetProperty("mailboxes").GetProperty("nodes").EnumerateArray()];
        Assert.Equal(["alice@demo.test", "bob@demo.test"], mailboxes.Select(x => x.GetProperty("address").GetString()!).Order());
        Assert.All(mailboxes, x => Assert.Equal("APPLIED", x.GetProperty("provisioning").GetProperty("state").GetString()));
        Assert.All(mailboxes, x => Assert.True(x.GetProperty("usedBytes").GetInt64() >= 0));
    }

    [Fact]
    public async Task AMailboxMadeByTheApiReceivesCountsAndChangesItsPassword()
    {
        using HttpClient client = Client();
        string name = $"u{Guid.NewGuid():N}"[..20];
        JsonElement domains = await AskAsync(client, """{ domains(filter: { name: "demo.test" }) { nodes { id } } }""");
        string domainId = domains.GetProperty("domains").GetProperty("nodes")[0].GetProperty("id").GetString()!;
        JsonElement created = await AskAsync(client,
            $$"""mutation { mailboxCreate(input: { domainId: "{{domainId}}", localPart: "{{name}}", password: "first-password-1", quotaBytes: 1000000 }) { mailbox { id } userErrors { message } } }""");
        string mailboxId = created.GetProperty("mailboxCreate").GetProperty("mailbox").GetProperty("id").GetString()!;
        await Eventually.HoldsAsync(async () =>
        {
            JsonElement node = await AskAsync(client, $$"""{ node(id: "{{mailboxId}}") { ... on Mailbox { provisioning { state } } } }""");
            return node.GetProperty("node").GetProperty("provisioning").GetProperty("state").GetString() == "APPLIED";
        }, "the mailbox is provisioned");

        string address = $"{name}@demo.test";
        (int exitCode, string output) = await ForeignTool.RunAsync("swaks", "--server", "127.0.0.1", "--port", $"{mailfleet.Process.SmtpPort}", "--helo", "client.test", "--from", "a@elsewhere.test", "--to", address);
        Assert.True(exitCode == 0, output);
        (exitCode, string stat) = await Pop3Async(address, "first-password-1");
        Assert.True(exitCode == 0, stat);

        JsonElement usage = await AskAsync(client, $$"""{ mailboxes(filter: { address: "{{address}}" }) { nodes { usedBytes } } }""");
        long usedBytes = usage.GetProperty("mailboxes").GetProperty("nodes")[0].GetProperty("usedBytes").GetInt64();
        Assert.Equal($"1 {usedBytes}", stat.Trim());

        await AskAsync(client, $$"""mutation { mailboxSetPassword(input: { mailboxId: "{{mailboxId}}", password: "second-password-2" }) { userErrors { message } } }""");
        await Eventually.HoldsAsync(async () => (await Pop3Async(address, "second-password-2")).ExitCode == 0, "the new password is live");
        await Eventually.HoldsAsync(async () => (await Pop3Async(address, "first-password-1")).ExitCode != 0, "the old password is dead");

        await AskAsync(client, $$"""mutation { mailboxDelete(input: { mailboxId: "{{mailboxId}}" }) { deletedMailboxId userErrors { message } } }""");
        await Eventually.HoldsAsync(async () => (await Pop3Async(address, "second-password-2")).ExitCode != 0, "the deleted mailbox is closed");
    }

    [Fact]
    public async Task NothingIsToldWithoutAToken()
    {
        using HttpClient client = new() { BaseAddress = mailfleet.Process.Portal };
        using HttpResponseMessage response = await client.PostAsJsonAsync("/graphql", new { query = "{ viewer { login } }" });
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    // One session of Python's own client: LIST adds up to STAT (curl has no STAT of its own).
    private Task<(int ExitCode, string Output)> Pop3Async(string user, string password) => ForeignTool.RunAsync("python3", "-c",
        "import poplib,sys; p=poplib.POP3('127.0.0.1', int(sys.argv[1])); p.user(sys.argv[2]); p.pass_(sys.argv[3]); print(*p.stat()); p.quit()",
        $"{mailfleet.Process.Pop3Port}", user, password);

    private HttpClient Client() => new()
    {
        BaseAddress = mailfleet.Process.Portal,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", mailfleet.Process.OperatorToken) },
    };

    private static async Task<JsonElement> AskAsync(HttpClient client, string query)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/graphql", new { query });
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        JsonElement answer = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.False(answer.TryGetProperty("errors", out _), text);
        foreach (JsonProperty payload in answer.GetProperty("data").EnumerateObject())
        {
            if (payload.Value.ValueKind == JsonValueKind.Object && payload.Value.TryGetProperty("userErrors", out JsonElement refusals))
                Assert.True(refusals.GetArrayLength() == 0, text);
        }

        return answer.GetProperty("data");
    }
}
