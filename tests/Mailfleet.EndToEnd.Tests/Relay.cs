using System.Text;
using System.Text.Json;
using Mailfleet.Testing;
using MailKit;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Mail to other hosts, from a foreign client to a foreign server, with the settings and verbs an operator has.</summary>
public sealed class Relay : IAsyncLifetime
{
    private SmtpSink _good = null!;
    private SmtpSink _refusing = null!;
    private MailfleetProcess _mailfleet = null!;

    public async ValueTask InitializeAsync()
    {
        _good = await SmtpSink.StartAsync();
        _refusing = await SmtpSink.StartAsync("-f", "RCPT");
        _mailfleet = await MailfleetProcess.UpAsync(settings: Settings(_good.Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _mailfleet.DisposeAsync();
        MailfleetProcess.Remove(_mailfleet.DataDirectory);
        await _good.DisposeAsync();
        await _refusing.DisposeAsync();
    }

    [Fact]
    public async Task SubmittedMailArrivesElsewhereByteForByteAndWhatFailsComesBackToTheSender()
    {
        const string Body = "From: alice@demo.test\r\nTo: x@a.remote.test\r\nSubject: odd\r\nMessage-ID: <odd@demo.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nX-Odd:   two\r\n\tfolded \r\n\r\n"
            + ".a dot\r\n..two dots\r\n\r\ntrailing space \r\nend\r\n";
        await SubmitAsync(Body, "x@a.remote.test", "refused@no.test");

        await Eventually.HoldsAsync(() => Task.FromResult(_good.Recipients.ContainsKey("x@a.remote.test")), "the other host has it");
        string received = Assert.Single(_good.Messages);
        Assert.Contains("X-Mail-Args: <alice@demo.test>", received, StringComparison.Ordinal);
        Assert.EndsWith(Body.ReplaceLineEndings("\n"), received.TrimEnd('\n') + "\n", StringComparison.Ordinal);

        MimeMessage? report = null;
        await Eventually.HoldsAsync(async () => (report = await LastOfAsync("alice@demo.test")) is not null, "the report has come");
        MultipartReport parts = Assert.IsType<MultipartReport>(report!.Body);
        HeaderList recipient = Assert.IsType<MessageDeliveryStatus>(parts[1]).StatusGroups[1];
        Assert.Equal(("rfc822; refused@no.test", "failed"), (recipient["Final-Recipient"], recipient["Action"]));
        Assert.StartsWith("smtp; 5", recipient["Diagnostic-Code"], StringComparison.Ordinal);
        (int exitCode, string check) = await MailfleetProcess.CheckAsync(_mailfleet.DataDirectory, "--deep");
        Assert.True(exitCode == 0, check);
    }

    [Fact]
    public async Task MailWaitsUntilAReloadLeadsItTheRightWay()
    {
        await File.WriteAllTextAsync(SettingsFile, Settings(port: 1));          // nobody listens there
        Assert.Equal((0, "standalone: the new settings are in force"), await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "reload"));
        await SubmitAsync("From: alice@demo.test\r\nSubject: wait\r\n\r\nx\r\n", "w@late.remote.test");
        await Eventually.HoldsAsync(async () => (await ListAsync()).Any(item => item.GetProperty("state").GetString() == "waiting" && item.GetProperty("attempts").GetInt32() == 1), "it waits");
        JsonElement item = Assert.Single(await ListAsync());
        Assert.Equal(("w@late.remote.test", "alice@demo.test"), (item.GetProperty("recipient").GetString(), item.GetProperty("sender").GetString()));
        Assert.Contains("4.4.1", item.GetProperty("lastReply").GetString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(SettingsFile, "{ \"routes\": [{ \"pattern\": \"*.remote.test\" }] }");
        (int exitCode, string output) = await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "reload");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("'' is no host of a route", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(SettingsFile, Settings(_good.Port));
        Assert.Equal(0, (await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "reload")).ExitCode);
        await Eventually.HoldsAsync(
            async () =>
            {
                await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "queue", "retry", "--all");
                return _good.Recipients.ContainsKey("w@late.remote.test");
            },
            "it is delivered");
        await Eventually.HoldsAsync(async () => (await ListAsync()).Count == 0, "the queue is empty");
    }

    private string SettingsFile => Path.Combine(_mailfleet.DataDirectory, "mailfleet.json");

    private string Settings(int port) =>
        $$"""
          { "routes": [
              { "pattern": "*.remote.test", "host": "127.0.0.1", "port": {{port}}, "tls": "none" },
              { "pattern": "no.test", "host": "127.0.0.1", "port": {{_refusing.Port}}, "tls": "none" } ] }
          """;

    private async Task<IReadOnlyList<JsonElement>> ListAsync()
    {
        (int exitCode, string output) = await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "queue", "list", "--json");
        Assert.True(exitCode == 0, output);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    private async Task SubmitAsync(string message, params string[] recipients)
    {
        using MemoryStream bytes = new(Encoding.ASCII.GetBytes(message));
        using MimeMessage parsed = await MimeMessage.LoadAsync(bytes);
        using SmtpClient smtp = new();
        await smtp.ConnectAsync("127.0.0.1", _mailfleet.SubmissionPort, SecureSocketOptions.None);
        await smtp.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
        await smtp.SendAsync(parsed, new MailboxAddress("", "alice@demo.test"), recipients.Select(address => new MailboxAddress("", address)));
        await smtp.DisconnectAsync(quit: true);
    }

    private async Task<MimeMessage?> LastOfAsync(string mailbox)
    {
        using Pop3Client pop3 = new();
        await pop3.ConnectAsync("127.0.0.1", _mailfleet.Pop3Port, SecureSocketOptions.None);
        await pop3.AuthenticateAsync(mailbox, "mailfleet-demo");
        MimeMessage? last = pop3.Count == 0 ? null : await pop3.GetMessageAsync(pop3.Count - 1);
        await pop3.DisconnectAsync(quit: true);
        return last;
    }
}
