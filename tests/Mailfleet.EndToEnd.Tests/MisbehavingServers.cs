using System.Globalization;
using System.Text.Json;
using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using MailKit;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Npgsql;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>
/// The real process and other servers that do what they should not, one destination each, beside one that is well: what each did is classified right, only what
/// is final is told to the sender, and the good destination does not wait for the others. Broken TLS, greylisting and cut connections byte by byte: Delivery.Tests.
/// </summary>
public sealed class MisbehavingServers : IAsyncLifetime
{
    private const int Good = 40;

    // smtp-sink's words: -r refuses for now, -f for good, -q hangs up, -Q says 421 and hangs up, -w waits before the reply to DATA.
    private static readonly Dictionary<string, string[]> Servers = new()
    {
        ["good"] = [],
        ["later"] = ["-r", "RCPT"],
        ["never"] = ["-f", "."],
        ["drops"] = ["-q", "."],
        ["closes"] = ["-Q", "MAIL"],
        ["slow"] = ["-w", "5"],
    };

    private readonly Dictionary<string, SmtpSink> _sinks = [];
    private MailfleetProcess _mailfleet = null!;

    public async ValueTask InitializeAsync()
    {
        foreach ((string name, string[] options) in Servers)
            _sinks.Add(name, await SmtpSink.StartAsync(options));
        IEnumerable<string> routes = _sinks.Select(sink => string.Create(
            CultureInfo.InvariantCulture, $$"""{ "pattern": "{{sink.Key}}.remote.test", "host": "127.0.0.1", "port": "{{sink.Value.Port}}", "tls": "opportunistic" }"""));
        _mailfleet = await MailfleetProcess.UpAsync(settings: $$"""{ "routes": [{{string.Join(", ", routes)}}] }""");
    }

    public async ValueTask DisposeAsync()
    {
        await _mailfleet.DisposeAsync();
        MailfleetProcess.Remove(_mailfleet.DataDirectory);
        foreach (SmtpSink sink in _sinks.Values)
            await sink.DisposeAsync();
    }

    [Fact]
    public async Task EachIsClassifiedRightAndTheGoodOneIsUnharmed()
    {
        using (SmtpClient smtp = new())
        {
            await smtp.ConnectAsync("127.0.0.1", _mailfleet.SubmissionPort, SecureSocketOptions.None);
            await smtp.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
            foreach (string name in Servers.Keys.Where(name => name != "good"))
                await SendAsync(smtp, $"x@{name}.remote.test");
            for (int i = 0; i < Good; i++)
                await SendAsync(smtp, $"u{i}@good.remote.test");
            await smtp.DisconnectAsync(quit: true);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(_sinks["good"].Count >= Good && _sinks["good"].Recipients.Count == Good), "the good server has all of its mail");
        Assert.All(_sinks["good"].Recipients.Values, count => Assert.Equal(1, count));

        Dictionary<string, TraceEntry> first = [];
        await Eventually.HoldsAsync(async () => (first = await FirstOutcomesAsync()).Count >= Good + Servers.Count - 1, "every recipient has an outcome");
        Assert.Equal((TraceResult.Deferred, "450"), Told(first["x@later.remote.test"]));
        Assert.Equal((TraceResult.Failed, "500"), Told(first["x@never.remote.test"]));
        Assert.Equal(TraceResult.Deferred, first["x@drops.remote.test"].Result);
        Assert.Equal((TraceResult.Deferred, "421"), Told(first["x@closes.remote.test"]));
        Assert.Equal(TraceResult.Delivered, first["x@slow.remote.test"].Result);

        // What may still go right waits; what cannot is told once.
        JsonElement[] waiting = await WaitingAsync();
        Assert.Equal(["x@closes.remote.test", "x@drops.remote.test", "x@later.remote.test"], waiting.Select(item => item.GetProperty("recipient").GetString()).Order(StringComparer.Ordinal));
        IReadOnlyList<MimeMessage> reports = [];
        await Eventually.HoldsAsync(async () => (reports = await InboxAsync("alice@demo.test")).Count > 0, "Alice has her report");
        MessageDeliveryStatus status = Assert.IsType<MessageDeliveryStatus>(Assert.IsType<MultipartReport>(Assert.Single(reports).Body)[1]);
        Assert.Equal(("rfc822; x@never.remote.test", "failed"), (status.StatusGroups[1]["Final-Recipient"], status.StatusGroups[1]["Action"]));
    }

    private static (TraceResult, string) Told(TraceEntry entry) => (entry.Result, entry.Reply![..3]);

    private static async Task SendAsync(SmtpClient smtp, string recipient)
    {
        using MimeMessage message = new([new MailboxAddress("", "alice@demo.test")], [new MailboxAddress("", recipient)], recipient, new TextPart("plain") { Text = "x" });
        await smtp.SendAsync(message);
    }

    private async Task<Dictionary<string, TraceEntry>> FirstOutcomesAsync()
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_mailfleet.DoorConnection);
        await using NpgsqlCommand find = source.CreateCommand("SELECT c.public_id FROM directory.customer c JOIN directory.domain d ON d.customer_id = c.id WHERE d.name = 'demo.test'");
        IReadOnlyList<TraceEntry> entries = await new CellDoor(source).ReadTraceAsync(new TraceQuery((string)(await find.ExecuteScalarAsync())!, 1_000), CancellationToken.None);
        return entries.Reverse().DistinctBy(entry => entry.Recipient).ToDictionary(entry => entry.Recipient);
    }

    private async Task<JsonElement[]> WaitingAsync()
    {
        (int exitCode, string output) = await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "queue", "list", "--json");
        Assert.True(exitCode == 0, output);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Where(item => item.GetProperty("state").GetString() != "reporting")];
    }

    private async Task<IReadOnlyList<MimeMessage>> InboxAsync(string mailbox)
    {
        using Pop3Client pop3 = new();
        await pop3.ConnectAsync("127.0.0.1", _mailfleet.Pop3Port, SecureSocketOptions.None);
        await pop3.AuthenticateAsync(mailbox, "mailfleet-demo");
        IReadOnlyList<MimeMessage> messages = pop3.Count == 0 ? [] : [.. await pop3.GetMessagesAsync(0, pop3.Count)];
        await pop3.DisconnectAsync(quit: true);
        return messages;
    }
}
