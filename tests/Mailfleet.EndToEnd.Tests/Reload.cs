using System.Net;
using System.Text;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Limits of every section change in the real process while it runs: a stranger and a user feel them at once.</summary>
public sealed class Reload : IAsyncLifetime
{
    private MailfleetProcess _mailfleet = null!;

    public async ValueTask InitializeAsync() => _mailfleet = await MailfleetProcess.UpAsync();

    public async ValueTask DisposeAsync()
    {
        await _mailfleet.DisposeAsync();
        MailfleetProcess.Remove(_mailfleet.DataDirectory);
    }

    [Fact]
    public async Task LimitsOfEverySectionChangeWhileItRuns()
    {
        Assert.StartsWith("250", await ReceiveAsync("127.66.1.1"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SubmitAsync(), StringComparison.Ordinal);
        for (int guess = 0; guess < 4; guess++)
            Assert.StartsWith("535", await LogInAsync("127.66.2.1", $"guess-{guess}"), StringComparison.Ordinal);

        await ReloadAsync(
            """
            { "limits": {
                "messageBytes": 2000,
                "defence": { "addressMessages": 1, "addressMessagesPerHour": 1 },
                "sending": { "messagesPerHour": 1 },
                "logIns": { "pairFailures": 4, "maxDelaySeconds": 0 } } }
            """);
        Assert.Contains("250-SIZE 2000", await GreetAsync(), StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.1", await ReceiveAsync("127.66.1.1"), StringComparison.Ordinal);         // limits.defence: it has begun one
        Assert.StartsWith("451 4.7.1", await SubmitAsync(), StringComparison.Ordinal);                      // limits.sending: alice has sent one
        Assert.StartsWith("454 4.7.0", await LogInAsync("127.66.2.1", "guess-5"), StringComparison.Ordinal); // limits.logIns: four were wrong

        (int exitCode, string output) = await TryReloadAsync("""{ "limits": { "sending": { "messagesPerHour": 0 } } }""");
        Assert.Equal(1, exitCode);
        Assert.Contains("MessagesPerHour", output, StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.1", await SubmitAsync(), StringComparison.Ordinal);

        await ReloadAsync("{}");
        Assert.StartsWith("250", await ReceiveAsync("127.66.1.1"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SubmitAsync(), StringComparison.Ordinal);
    }

    private async Task ReloadAsync(string settings) => Assert.Equal((0, "standalone: the new settings are in force"), await TryReloadAsync(settings));

    private async Task<(int ExitCode, string Output)> TryReloadAsync(string settings)
    {
        await File.WriteAllTextAsync(Path.Combine(_mailfleet.DataDirectory, "mailfleet.json"), settings);
        return await MailfleetProcess.RunAsync(_mailfleet.DataDirectory, "reload");
    }

    private async Task<string> GreetAsync()
    {
        await using SocketClient client = await SocketClient.ConnectAsync(_mailfleet.SmtpPort);
        await client.ReadLineAsync();
        await client.SendAsync("EHLO client.test\r\n");
        StringBuilder lines = new();
        for (string? line = "250-"; line?.StartsWith("250-", StringComparison.Ordinal) == true; lines.AppendLine(line))
            line = await client.ReadLineAsync();
        return lines.ToString();
    }

    // The first answer that is no success, else that to the end of the message.
    private async Task<string> ReceiveAsync(string from)
    {
        await using SocketClient client = await SocketClient.ConnectAsync(_mailfleet.SmtpPort, IPAddress.Parse(from));
        await client.ReadLineAsync();
        return await SendAsync(client, "");
    }

    private async Task<string> SubmitAsync()
    {
        await using SocketClient client = await SocketClient.ConnectAsync(_mailfleet.SubmissionPort);
        await client.ReadLineAsync();
        await client.AskAsync("HELO client.test");
        Assert.StartsWith("235", await client.AskAsync(Plain("alice@demo.test", "mailfleet-demo")), StringComparison.Ordinal);
        return await SendAsync(client, "alice@demo.test");
    }

    private static async Task<string> SendAsync(SocketClient client, string from)
    {
        string answer = "";
        foreach (string command in (string[])["HELO client.test", $"MAIL FROM:<{from}>", "RCPT TO:<bob@demo.test>", "DATA", "From: alice@demo.test\r\nSubject: x\r\n\r\nx\r\n."])
        {
            answer = await client.AskAsync(command) ?? "closed";
            if (answer[0] is not ('2' or '3'))
                break;
        }

        return answer;
    }

    private async Task<string?> LogInAsync(string from, string password)
    {
        await using SocketClient client = await SocketClient.ConnectAsync(_mailfleet.SubmissionPort, IPAddress.Parse(from));
        await client.ReadLineAsync();
        await client.AskAsync("HELO client.test");
        await client.AskAsync("STARTTLS");
        await client.StartTlsAsync(anyCertificate: true);
        await client.AskAsync("HELO client.test");
        return await client.AskAsync(Plain("bob@demo.test", password));
    }

    private static string Plain(string user, string password) => $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}";
}
