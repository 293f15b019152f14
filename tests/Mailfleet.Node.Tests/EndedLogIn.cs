using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Node.Tests;

/// <summary>A new password closes the sessions of the old one, within two seconds and on every protocol.</summary>
public sealed class EndedLogIn(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task NewPasswordClosesPop3AndSubmission()
    {
        await using SocketClient pop3 = await SocketClient.ConnectAsync(node.Ports.Pop3);
        await pop3.ReadLineAsync();
        await pop3.AskAsync("USER carl@shop.test");
        Assert.StartsWith("+OK", await pop3.AskAsync($"PASS {RunningNode.Password}"), StringComparison.Ordinal);
        await using SocketClient smtp = await SocketClient.ConnectAsync(node.Ports.Submission);
        await smtp.ReadLineAsync();
        await smtp.AskAsync("EHLO client.test");
        string plain = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"\0carl@shop.test\0{RunningNode.Password}"));
        Assert.StartsWith("235", await smtp.AskAsync($"AUTH PLAIN {plain}"), StringComparison.Ordinal);

        await node.SetPasswordAsync("mbx_3", 2, "another-horse-battery-staple");
        Assert.Equal("-ERR [AUTH] The account has changed and this log-in has ended, closing", await pop3.ReadLineAsync());
        Assert.Null(await pop3.ReadLineAsync());
        Assert.Equal("421 4.7.0 The account has changed and this log-in has ended, closing", await smtp.ReadLineAsync());
        Assert.Null(await smtp.ReadLineAsync());
    }
}
