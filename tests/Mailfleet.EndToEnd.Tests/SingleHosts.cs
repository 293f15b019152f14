using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mailfleet.Testing;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Control plane and node as processes of their own, as a fleet runs them.</summary>
public sealed class SingleHosts(RunningMailfleet mailfleet)
{
    private const string Token = "a-token-of-this-test";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task MailIsTakenAndReadWhileTheControlPlaneAndItsDatabaseAreGone()
    {
        await using PostgresFixture postgres = new();
        string cell = await postgres.CreateDatabaseAsync();
        PostgresFixture control = new();
        string controlDatabase = await control.CreateDatabaseAsync();
        string directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-hosts-").FullName;
        int offset = MailfleetProcess.FreeOffset();

        await using MailfleetProcess node = await MailfleetProcess.HostAsync("mail-node/Mailfleet.Node", Write(directory, "node.json", NodeSettings(directory, cell, offset)), offset);
        await using (MailfleetProcess api = await MailfleetProcess.HostAsync("api/Mailfleet.Api", Write(directory, "api.json", ApiSettings(directory, cell, controlDatabase, offset)), offset))
        {
            await MakeMailboxAsync(api.Portal);
            Assert.Equal(0, await api.StopAsync());
        }

        await control.DisposeAsync();                       // the control database is dropped

        string id = Guid.NewGuid().ToString("N");
        (int exitCode, string output) = await ForeignTool.RunAsync("swaks", "--server", "127.0.0.1", "--port", $"{node.SubmissionPort}", "--tls", "--auth", "PLAIN",
            "--auth-user", "info@shop.test", "--auth-password", Password, "--from", "info@shop.test", "--to", "info@shop.test", "--h-Subject", id);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await ForeignTool.RunAsync("curl", "-sk", "--user", $"info@shop.test:{Password}", $"pop3s://127.0.0.1:{node.Pop3sPort}/1");
        Assert.True(exitCode == 0, output);
        Assert.Contains($"Subject: {id}", output, StringComparison.Ordinal);

        // HUP reads the settings file again; one that is wrong changes nothing and is told.
        object settings = NodeSettings(directory, cell, offset);
        Write(directory, "node.json", new Dictionary<string, object>(AsPairs(settings)) { ["limits"] = new { recipientsPerMessage = 1 } });
        node.HangUp();
        await Eventually.HoldsAsync(() => Task.FromResult(node.Output.Contains("the old settings stay", StringComparison.Ordinal)), "the node has said what is wrong");
        Write(directory, "node.json", new Dictionary<string, object>(AsPairs(settings)) { ["limits"] = new { messageBytes = 4321 } });
        node.HangUp();
        await Eventually.HoldsAsync(
            async () => (await ForeignTool.RunAsync("swaks", "--server", "127.0.0.1", "--port", $"{node.SmtpPort}", "--quit-after", "EHLO")).Output.Contains("SIZE 4321", StringComparison.Ordinal),
            "the new limit is told to clients");

        Assert.Equal(0, await node.StopAsync());
        System.IO.Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task AHostWithoutItsSettingsSaysWhatIsMissing()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "listen": "127.0.0.1" }""");
        InvalidOperationException problem = await Assert.ThrowsAsync<InvalidOperationException>(() => MailfleetProcess.HostAsync("mail-node/Mailfleet.Node", file, 0));
        File.Delete(file);
        Assert.Contains("HostName", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Database", problem.Message, StringComparison.Ordinal);
    }

    private static string Write(string directory, string name, object settings)
    {
        string file = Path.Combine(directory, name);
        File.WriteAllText(file, JsonSerializer.Serialize(settings));
        return file;
    }

    private object NodeSettings(string directory, string cell, int offset) => new
    {
        hostName = "mailfleet.test",
        listen = "127.0.0.1",
        trusted = new[] { "127.0.0.1" },
        ports = new { smtp = 2525 + offset, submission = 2587 + offset, submissions = 2465 + offset, pop3 = 2110 + offset, pop3s = 2995 + offset, http = 8082 + offset },
        cell = new { database = cell, segments = System.IO.Directory.CreateDirectory(Path.Combine(directory, "segments")).FullName },
        tls = new { certificate = Path.Combine(mailfleet.Process.DataDirectory, "tls", "server.crt"), key = Path.Combine(mailfleet.Process.DataDirectory, "tls", "server.key") },
    };

    private static IEnumerable<KeyValuePair<string, object>> AsPairs(object settings) =>
        settings.GetType().GetProperties().Select(property => KeyValuePair.Create(property.Name, property.GetValue(settings)!));

    private static object ApiSettings(string directory, string cell, string control, int offset) => new
    {
        hostName = "mailfleet.test",
        api = new
        {
            listen = new[] { $"http://127.0.0.1:{8080 + offset}" },
            publicOrigin = $"http://localhost:{8080 + offset}",
            database = control,
            cells = new { cell1 = PostgresFixture.AsDoor(cell) },
            keys = Path.Combine(directory, "keys"),
            operatorTokenSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Token))),
        },
    };

    private static async Task MakeMailboxAsync(Uri api)
    {
        using HttpClient client = new() { BaseAddress = api, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        async Task<string> MakeAsync(string mutation, string input, string made)
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("/graphql", new { query = $"mutation {{ {mutation}(input: {{ {input} }}) {{ {made} {{ id }} userErrors {{ message }} }} }}" });
            JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            return answer.GetProperty("data").GetProperty(mutation).GetProperty(made).GetProperty("id").GetString()!;
        }

        string customer = await MakeAsync("customerCreate", "name: \"Shop\"", "customer");
        string domain = await MakeAsync("domainCreate", $"customerId: \"{customer}\", name: \"shop.test\"", "domain");
        string mailbox = await MakeAsync("mailboxCreate", $"domainId: \"{domain}\", localPart: \"info\", password: \"{Password}\", quotaBytes: 10000000", "mailbox");
        await Eventually.HoldsAsync(async () =>
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("/graphql", new { query = $"{{ node(id: \"{mailbox}\") {{ ... on Mailbox {{ provisioning {{ state }} }} }} }}" });
            return (await response.Content.ReadAsStringAsync()).Contains("APPLIED", StringComparison.Ordinal);
        }, "the mailbox is provisioned");
    }
}
