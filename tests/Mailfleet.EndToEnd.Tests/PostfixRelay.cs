using System.Globalization;
using System.Text;
using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Mail to and from a real Postfix over TLS: what somebody else has signed still verifies, on every way through Mailfleet.</summary>
public sealed class PostfixRelay : IClassFixture<PostfixRelay.Servers>, IDisposable
{
    private const string Signed =
        "From: Alice <alice@demo.test>\r\nTo: somebody@a.postfix.test\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\nMessage-ID: <signed@demo.test>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nX-Folded:   one\r\n\ttwo \r\n\r\n"
        + ".dot\r\n..two dots\r\n\r\n\u00e4\u00bd\u00a0\u00e5\u00a5\u00bd trailing blanks  \r\nFrom the start of a line\r\n\r\n\r\n";

    private readonly ForeignDkim _dkim = new();
    private readonly MailfleetProcess _mailfleet;
    private readonly DebianPostfix _postfix;

    public PostfixRelay(Servers servers)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Postfix starts as root only; run these tests as root.");
        (_mailfleet, _postfix) = (servers.Mailfleet, servers.Postfix);
    }

    public void Dispose() => _dkim.Dispose();

    [Fact]
    public async Task SubmittedMailVerifiesAtTheOtherServer()
    {
        await SubmitAsync(await _dkim.SignAsync(Signed, "demo.test"), "somebody@a.postfix.test");
        string received = await AtPostfixAsync("somebody@a.postfix.test");
        Assert.Contains("Return-Path: <alice@demo.test>", received, StringComparison.Ordinal);
        Assert.Contains("TLSv1.3", received, StringComparison.Ordinal);
        Assert.True(await _dkim.VerifiesAsync(received), received);
        Assert.False(await _dkim.VerifiesAsync(received.Replace("trailing blanks  ", "trailing blanks ", StringComparison.Ordinal)));

        // The trace has what Postfix said.
        TraceEntry entry = Assert.Single(await TraceAsync("somebody@a.postfix.test"));
        Assert.Equal((TraceResult.Delivered, "TLS1.3", 1), (entry.Result, entry.Tls, entry.Attempt));
        Assert.Contains("queued as", entry.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MailFromTheOtherServerVerifiesInTheMailboxAndAfterAForward()
    {
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(_mailfleet.DoorConnection))
        {
            DesiredAlias forward = new("als_forward", 1, await ReadAsync("SELECT public_id FROM directory.domain WHERE name = 'demo.test'"), "away", ["bob@demo.test", "far@b.postfix.test"], AliasState.Active);
            Assert.Null(Assert.Single(await new CellDoor(source).UpsertAsync(new DesiredBatch([], [], []) { Aliases = [forward] }, CancellationToken.None)).Refusal);
        }

        // swaks gives it to Postfix, Postfix to Mailfleet, which keeps a copy for Bob and gives it back for another address there.
        string file = await _dkim.SignAsync(Signed.Replace("alice@demo.test", "writer@c.postfix.test", StringComparison.Ordinal), "c.postfix.test");
        (int exitCode, string output) = await ForeignTool.RunAsync("curl", "-s", "--url", Text($"smtp://127.0.0.1:{_postfix.Port}/client.test"),
            "--mail-from", "writer@c.postfix.test", "--mail-rcpt", "away@demo.test", "--upload-file", file);
        Assert.True(exitCode == 0, output);

        string forwarded = await AtPostfixAsync("far@b.postfix.test");
        Assert.Matches("Return-Path: <SRS0=[^=]+=[^=]+=c.postfix.test=writer@demo.test>", forwarded);
        Assert.True(await _dkim.VerifiesAsync(forwarded), forwarded);

        string kept = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                (int code, byte[] bytes) = await ForeignTool.RunBytesAsync("curl", "-sk", "--user", "bob@demo.test:mailfleet-demo", Text($"pop3s://127.0.0.1:{_mailfleet.Pop3sPort}/1"));
                kept = Encoding.Latin1.GetString(bytes);
                return code == 0;
            },
            "Bob has his copy");
        Assert.True(await _dkim.VerifiesAsync(kept), kept);
    }

    [Fact]
    public async Task WhomTheOtherServerDoesNotKnowComesBackAsAReportWithItsWords()
    {
        await SubmitAsync(await _dkim.SignAsync(Signed, "demo.test"), "no@a.postfix.test");
        string report = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                (int code, report) = await ForeignTool.RunAsync("curl", "-sk", "--user", "alice@demo.test:mailfleet-demo", Text($"pop3s://127.0.0.1:{_mailfleet.Pop3sPort}/1"));
                return code == 0;
            },
            "Alice has heard of it");
        Assert.Contains("Action: failed", report, StringComparison.Ordinal);
        Assert.Contains("Diagnostic-Code: smtp; 550 5.1.1 <no@a.postfix.test>", report.ReplaceLineEndings("\n").Replace("\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(TraceResult.Failed, Assert.Single(await TraceAsync("no@a.postfix.test")).Result);
    }

    // curl sends the file's bytes as they are, dot-stuffed.
    private async Task SubmitAsync(string file, string recipient)
    {
        (int exitCode, string output) = await ForeignTool.RunAsync("curl", "-sk", "--ssl-reqd", "--url", Text($"smtp://127.0.0.1:{_mailfleet.SubmissionPort}/client.test"),
            "--user", "alice@demo.test:mailfleet-demo", "--mail-from", "alice@demo.test", "--mail-rcpt", recipient, "--upload-file", file);
        Assert.True(exitCode == 0, output);
    }

    private async Task<string> AtPostfixAsync(string recipient)
    {
        string? received = null;
        try
        {
            await Eventually.HoldsAsync(
                () => Task.FromResult((received = _postfix.Messages.SingleOrDefault(text => text.Contains($"Delivered-To: {recipient}\n", StringComparison.Ordinal))) is not null), "Postfix has delivered it");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(_postfix.Log, late);
        }

        return received!;
    }

    private async Task<IReadOnlyList<TraceEntry>> TraceAsync(string recipient)
    {
        string customer = await ReadAsync("SELECT c.public_id FROM directory.customer c JOIN directory.domain d ON d.customer_id = c.id WHERE d.name = 'demo.test'");
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_mailfleet.DoorConnection);
        IReadOnlyList<TraceEntry> entries = [];
        await Eventually.HoldsAsync(
            async () => (entries = await new CellDoor(source).ReadTraceAsync(new TraceQuery(customer, 10) { Recipient = recipient }, CancellationToken.None)).Count > 0, "the outcome is committed");
        return entries;
    }

    private async Task<string> ReadAsync(string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_mailfleet.DoorConnection);
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public sealed class Servers : IAsyncLifetime
    {
        public MailfleetProcess Mailfleet { get; private set; } = null!;

        public DebianPostfix Postfix { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            if (!Environment.IsPrivilegedProcess)
                return;                                 // the tests say why they are skipped
            int port = DebianPostfix.FreePort();
            Mailfleet = await MailfleetProcess.UpAsync(
                settings: $$"""{ "routes": [{ "pattern": "*.postfix.test", "host": "127.0.0.1", "port": {{port}}, "tls": "required" }] }""");
            Postfix = await DebianPostfix.StartAsync(
                port, Mailfleet.SmtpPort, Path.Combine(Mailfleet.DataDirectory, "tls", "server.crt"), Path.Combine(Mailfleet.DataDirectory, "tls", "server.key"));
        }

        public async ValueTask DisposeAsync()
        {
            if (Postfix is not null)
                await Postfix.DisposeAsync();
            if (Mailfleet is null)
                return;
            await Mailfleet.DisposeAsync();
            MailfleetProcess.Remove(Mailfleet.DataDirectory);
        }
    }
}
