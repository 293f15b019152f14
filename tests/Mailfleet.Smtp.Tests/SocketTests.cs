using System.Text;
using Mailfleet.Testing.Transcripts;
using Microsoft.AspNetCore.Connections;

namespace Mailfleet.Smtp.Tests;

/// <summary>On real sockets: TLS in place, and the end of connections.</summary>
public sealed class SocketTests
{
    private const string AlicePlain = "AUTH PLAIN AGFsaWNlQGRlbW8udGVzdABzZWNyZXQ=";

    [Fact]
    public async Task StartTlsForgetsWhatWasSaidAndAllowsLogIn()
    {
        using Sessions sessions = new();
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(SmtpService.Submission, offersTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        Assert.StartsWith("220 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("250 STARTTLS", await client.AskAsync("EHLO client.test"));
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.AskAsync("STARTTLS"));
        await client.StartTlsAsync();
        Assert.StartsWith("503 5.5.1", await client.AskAsync(AlicePlain), StringComparison.Ordinal);
        Assert.Equal("250 AUTH PLAIN LOGIN", await client.AskAsync("EHLO client.test"));
        Assert.StartsWith("503 5.5.1", await client.AskAsync("STARTTLS"), StringComparison.Ordinal);
        Assert.StartsWith("235 2.7.0", await client.AskAsync(AlicePlain), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.0", await client.AskAsync("MAIL FROM:<alice@demo.test>"), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.5", await client.AskAsync("RCPT TO:<bob@demo.test>"), StringComparison.Ordinal);
        Assert.StartsWith("354 ", await client.AskAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0", await client.AskAsync($"Subject: tls\r\n\r\n{new string('x', 300_000)}\r\n."), StringComparison.Ordinal);
        Assert.StartsWith("221 2.0.0", await client.AskAsync("QUIT"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        Assert.Equal(300_000 + 18, Assert.Single(sessions.Backend.Stored).Length);
        Assert.Equal("TLS1.3", sessions.Backend.Transactions[0].Client.TlsProtocol);
    }

    [Fact]
    public async Task SpeaksTlsFromTheFirstByte()
    {
        using Sessions sessions = new();
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(SmtpService.Submission, offersTls: true, implicitTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        await client.StartTlsAsync();
        Assert.StartsWith("220 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("250 AUTH PLAIN LOGIN", await client.AskAsync("EHLO client.test"));
    }

    [Fact]
    public async Task RefusesWhatFollowsStartTlsInTheSamePacket()
    {
        using Sessions sessions = new();
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(SmtpService.Submission, offersTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        await client.ReadLineAsync();
        Assert.StartsWith("501 5.5.2", await client.AskAsync("STARTTLS\r\nEHLO injected.test"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task AFailedHandshakeClosesTheConnection()
    {
        using Sessions sessions = new();
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(SmtpService.Submission, offersTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        await client.ReadLineAsync();
        Assert.StartsWith("220 ", await client.AskAsync("STARTTLS"), StringComparison.Ordinal);
        await client.SendAsync("EHLO this is no handshake\r\n");
        while (await client.ReadLineAsync() is not null)
        {
            // the alert of TLS, which is no text
        }
        Assert.Empty(sessions.Backend.Stored);
    }

    [Fact]
    public async Task AMessageThatIsCompleteGetsItsTrueReplyWhileTheHostStops()
    {
        using Sessions sessions = new();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        sessions.Backend.BeforeAccept = () =>
        {
            reached.SetResult();
            return stored.Task;
        };
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(SmtpService.Mx));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        await using SocketClient idle = await SocketClient.ConnectAsync(server.Port);
        await client.ReadLineAsync();
        await idle.ReadLineAsync();
        await client.SendAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\nlast\r\n.\r\n");
        await reached.Task;
        Task stop = server.StopAsync();
        Assert.Equal("421 4.3.2 Service is shutting down, try again later", await idle.ReadLineAsync());
        Assert.Null(await idle.ReadLineAsync());
        stored.SetResult();
        string? reply;
        do
            reply = await client.ReadLineAsync();
        while (reply is not null && !reply.EndsWith("Stored", StringComparison.Ordinal));
        Assert.Equal("250 2.0.0 Stored", reply);
        Assert.Equal("421 4.3.2 Service is shutting down, try again later", await client.ReadLineAsync());
        await stop;
        Assert.Equal("last\r\n", Encoding.ASCII.GetString(Assert.Single(sessions.Backend.Stored)));
    }

    [Fact]
    public async Task ManyConnectionsComeAndGo()
    {
        using Sessions sessions = new();
        ConnectionHandler handler = sessions.Handler(SmtpService.Mx, isTrusted: true);
        await using SocketServer server = await SocketServer.StartAsync(handler);
        await Parallel.ForAsync(0, 200, async (_, _) =>
        {
            await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
            await client.ReadLineAsync();
            Assert.StartsWith("221 ", await client.AskAsync("QUIT"), StringComparison.Ordinal);
            Assert.Null(await client.ReadLineAsync());
        });
        await server.StopAsync();
        Assert.Equal(0, sessions.Gate.Total);
        Assert.Equal(0, sessions.Sweep.Count);
    }
}
