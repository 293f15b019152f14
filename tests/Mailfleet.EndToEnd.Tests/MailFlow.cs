using System.Text;
using Mailfleet.Testing;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Mail by foreign clients: swaks sends, curl fetches.</summary>
public sealed class MailFlow(RunningMailfleet mailfleet)
{
    private MailfleetProcess Process => mailfleet.Process;

    [Fact]
    public async Task SwaksSubmitsWithStartTlsAndCurlFetchesTheSameBytesOverPop3s()
    {
        string id = Guid.NewGuid().ToString("N");
        string message = $"From: Alice <alice@demo.test>\r\nTo: bob@demo.test\r\nSubject: {id}\r\nMessage-ID: <{id}@demo.test>\r\n"
            + "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nX-Odd:   two\r\n\tfolded \r\n\r\n.a dot\r\n..two dots\r\n\r\ntrailing space \r\n" + new string('x', 990) + "\r\nend\r\n";
        string file = Path.Combine(Path.GetTempPath(), id);
        await File.WriteAllTextAsync(file, message[..^2], Encoding.ASCII);     // swaks ends the last line itself

        (int exitCode, string output) = await SwaksAsync(Process.SubmissionPort, "--tls", "--auth", "PLAIN", "--auth-user", "alice@demo.test", "--auth-password", "mailfleet-demo",
            "--from", "alice@demo.test", "--to", "bob@demo.test", "--data", $"@{file}");
        File.Delete(file);
        Assert.True(exitCode == 0, output);

        string received = await FetchAsync("bob@demo.test", "mailfleet-demo", id);
        int first = received.IndexOf("From: Alice", StringComparison.Ordinal);
        Assert.Equal(message, received[first..]);
        Assert.Contains("Return-Path: <alice@demo.test>\r\n", received[..first], StringComparison.Ordinal);
        Assert.Contains("with ESMTPSA", received[..first], StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRecipientIsRefusedAtRcpt()
    {
        (int exitCode, string output) = await SwaksAsync(Process.SmtpPort, "--from", "someone@elsewhere.test", "--to", "nobody@demo.test");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("550 5.1.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RelayingIsDeniedWithoutLogIn()
    {
        (int exitCode, string output) = await SwaksAsync(Process.SmtpPort, "--from", "someone@elsewhere.test", "--to", "other@elsewhere.test");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("550 5.7.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmissionNeedsALogIn()
    {
        (int exitCode, string output) = await SwaksAsync(Process.SubmissionPort, "--tls", "--from", "alice@demo.test", "--to", "bob@demo.test");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("530 5.7.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherUsersAddressIsRefusedAsSender()
    {
        (int exitCode, string output) = await SubmitAsync("bob@demo.test", "bob@demo.test", "From: alice@demo.test\nSubject: x\n\nx\n");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("553 5.7.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherUsersAddressIsRefusedInFrom()
    {
        (int exitCode, string output) = await SubmitAsync("alice@demo.test", "bob@demo.test", "From: bob@demo.test\nSubject: x\n\nx\n");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("550 5.7.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongPasswordIsRefused()
    {
        (int exitCode, string output) = await SwaksAsync(Process.SubmissionsPort, "--tls-on-connect", "--auth", "LOGIN", "--auth-user", "alice@demo.test", "--auth-password", "wrong",
            "--from", "alice@demo.test", "--to", "bob@demo.test");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("535 5.7.8", output, StringComparison.Ordinal);

        (exitCode, _) = await ForeignTool.RunAsync("curl", "-sk", "--user", "alice@demo.test:wrong", $"pop3s://127.0.0.1:{Process.Pop3sPort}/");
        Assert.Equal(67, exitCode);                     // CURLE_LOGIN_DENIED
    }

    [Fact]
    public async Task CurlDeletesWhatItFetched()
    {
        string id = Guid.NewGuid().ToString("N");
        (int exitCode, string output) = await SwaksAsync(Process.SmtpPort, "--from", "someone@elsewhere.test", "--to", "alice@demo.test", "--h-Subject", id);
        Assert.True(exitCode == 0, output);
        await FetchAsync("alice@demo.test", "mailfleet-demo", id);

        int number = await NumberOfAsync("alice@demo.test", id);
        (exitCode, output) = await CurlAsync("alice@demo.test", "mailfleet-demo", $"/{number}", "--request", "DELE", "--list-only");
        Assert.True(exitCode == 0, output);
        Assert.Equal(0, await NumberOfAsync("alice@demo.test", id));
    }

    private Task<(int ExitCode, string Output)> SubmitAsync(string from, string to, string message) =>
        SwaksAsync(Process.SubmissionPort, "--tls", "--auth", "PLAIN", "--auth-user", "alice@demo.test", "--auth-password", "mailfleet-demo", "--from", from, "--to", to, "--data", message);

    private static Task<(int ExitCode, string Output)> SwaksAsync(int port, params string[] arguments) =>
        ForeignTool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--helo", "client.test", .. arguments]);

    private Task<(int ExitCode, string Output)> CurlAsync(string user, string password, string path, params string[] arguments) =>
        ForeignTool.RunAsync("curl", ["-sk", "--user", $"{user}:{password}", $"pop3s://127.0.0.1:{Process.Pop3sPort}{path}", .. arguments]);

    // The message whose Subject is the id.
    private async Task<string> FetchAsync(string user, string password, string id)
    {
        int number = await NumberOfAsync(user, id);
        Assert.NotEqual(0, number);
        (int exitCode, string message) = await CurlAsync(user, password, $"/{number}");
        Assert.Equal(0, exitCode);
        return message;
    }

    // Message number of the one whose Subject is the id, from the newest; 0 when there is none.
    private async Task<int> NumberOfAsync(string user, string id)
    {
        (int exitCode, string list) = await CurlAsync(user, "mailfleet-demo", "/");
        Assert.True(exitCode == 0, list);
        int count = list.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length;
        for (int number = count; number > 0; number--)
        {
            (_, string header) = await CurlAsync(user, "mailfleet-demo", "/", "--request", $"TOP {number} 0");
            if (header.Contains($"Subject: {id}\r\n", StringComparison.Ordinal))
                return number;
        }

        return 0;
    }
}
