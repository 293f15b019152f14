using System.Text;
using Mailfleet.Cell.Door;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Node.Tests;

/// <summary>What each state of a customer does to SMTP, submission and POP3, asked over real connections.</summary>
public sealed class CustomerStates(RunningNode node) : IClassFixture<RunningNode>
{
    private const string Text = "Contact Example Hosting";

    private static readonly (CustomerState State, string Rcpt, string LogIn, string? Mail, string Pop3)[] Table =
    [
        (CustomerState.SendingBlocked, "250 2.1.5", "235", "550 5.7.1", "+OK"),
        (CustomerState.AccessBlocked, "250 2.1.5", "535 5.7.8 Access", null, "-ERR [AUTH] Access"),
        (CustomerState.Deferring, $"450 4.2.1 {Text}", "535 5.7.8 Access", null, "-ERR [AUTH] Access"),
        (CustomerState.Rejecting, $"550 5.2.1 {Text}", "535 5.7.8 Access", null, "-ERR [AUTH] Access"),
        (CustomerState.ExportOnly, $"550 5.2.1 {Text}", "235", "550 5.7.1", "+OK"),
        (CustomerState.Purged, $"550 5.2.1 {Text}", "535 5.7.8 Access", null, "-ERR [AUTH] Access"),
        (CustomerState.Active, "250 2.1.5", "235", "250", "+OK"),
    ];

    [Fact]
    public async Task EveryStateReachesEveryProtocol()
    {
        foreach ((CustomerState state, string rcpt, string logIn, string? mail, string pop3) in Table)
        {
            await node.SetStateAsync(state, Text);
            long since = TimeProvider.System.GetTimestamp();
            while (await AskAllAsync() is var answers && !Fits(answers))
                Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(60), $"{state}: {string.Join(" | ", answers)}");
            Assert.StartsWith("-ERR [AUTH] Authentication", await Pop3Async("wrong"), StringComparison.Ordinal); // only who knows the password is told

            bool Fits(string?[] answers) => answers.Zip([rcpt, pop3, logIn, mail]).All(pair => pair.Second is null
                ? pair.First is null
                : pair.First?.StartsWith(pair.Second, StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task AnOpenSessionEndsWhenItsCustomerMayNoLongerSend()
    {
        await node.SetStateAsync(CustomerState.Active);
        SocketClient smtp;
        while (true)
        {
            smtp = await SocketClient.ConnectAsync(node.Ports.Submission);
            if ((await LogInAsync(smtp)).StartsWith("235", StringComparison.Ordinal) && (await smtp.AskAsync("MAIL FROM:<ben@shop.test>"))!.StartsWith("250", StringComparison.Ordinal))
                break;
            await smtp.DisposeAsync();
        }

        await using SocketClient open = smtp;
        await node.SetStateAsync(CustomerState.SendingBlocked);
        Assert.StartsWith("421 4.7.0", await open.ReadLineAsync(), StringComparison.Ordinal);
        await node.SetStateAsync(CustomerState.Active);
    }

    private async Task<string?[]> AskAllAsync()
    {
        string rcpt = await ReceiveAsync();
        string pop3 = await Pop3Async(RunningNode.Password);
        (string logIn, string? mail) = await SubmitAsync();
        return [rcpt, pop3, logIn, mail];
    }

    private async Task<string> ReceiveAsync()
    {
        await using SocketClient smtp = await SocketClient.ConnectAsync(node.Ports.Smtp);
        await smtp.ReadLineAsync();
        await smtp.AskAsync("HELO remote.test");
        await smtp.AskAsync("MAIL FROM:<someone@remote.test>");
        return (await smtp.AskAsync("RCPT TO:<ben@shop.test>"))!;
    }

    private async Task<string> Pop3Async(string password)
    {
        await using SocketClient pop3 = await SocketClient.ConnectAsync(node.Ports.Pop3);
        await pop3.ReadLineAsync();
        await pop3.AskAsync("USER ben@shop.test");
        return (await pop3.AskAsync($"PASS {password}"))!;
    }

    private async Task<(string LogIn, string? Mail)> SubmitAsync()
    {
        await using SocketClient smtp = await SocketClient.ConnectAsync(node.Ports.Submission);
        string logIn = await LogInAsync(smtp);
        return (logIn, logIn.StartsWith("235", StringComparison.Ordinal) ? await smtp.AskAsync("MAIL FROM:<ben@shop.test>") : null);
    }

    private static async Task<string> LogInAsync(SocketClient smtp)
    {
        await smtp.ReadLineAsync();
        await smtp.AskAsync("EHLO client.test");
        return (await smtp.AskAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0ben@shop.test\0{RunningNode.Password}"))}"))!;
    }
}
