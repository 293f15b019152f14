using System.Text;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Pop3.Tests;

/// <summary>On real sockets: TLS in place, and clients that do not take what they asked for.</summary>
public sealed class SocketTests
{
    [Fact]
    public async Task StlsAllowsLogInAndRetrievesAnyByte()
    {
        using Sessions sessions = new();
        byte[] message = [.. Encoding.ASCII.GetBytes("Subject: bytes\r\n\r\n"), .. Enumerable.Range(0, 256).Where(static b => b is not (13 or 10)).Select(static b => (byte)b), 13, 10];
        sessions.Backend.Own = new FakeMaildrop(message);
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(isTrusted: false, offersTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        Assert.Equal("+OK pop.test POP3 ready", await client.ReadLineAsync());
        Assert.StartsWith("-ERR [AUTH]", await client.AskAsync("USER test@demo.test"), StringComparison.Ordinal);
        Assert.Equal("+OK Ready to start TLS", await client.AskAsync("STLS"));
        await client.StartTlsAsync();
        Assert.Equal("-ERR USER first", await client.AskAsync("PASS secret"));
        Assert.StartsWith("+OK", await client.AskAsync("USER test@demo.test"), StringComparison.Ordinal);
        Assert.StartsWith("+OK 1 messages", await client.AskAsync("PASS secret"), StringComparison.Ordinal);
        Assert.Equal($"+OK {message.Length} octets", await client.AskAsync("RETR 1"));
        StringBuilder received = new();
        while (await client.ReadLineAsync() is { } line && line != ".")
            received.Append(line).Append("\r\n");
        Assert.Equal(Encoding.Latin1.GetString(message), received.ToString());
        Assert.StartsWith("-ERR", await client.AskAsync("STLS"), StringComparison.Ordinal);
        Assert.Equal("+OK pop.test closing connection", await client.AskAsync("QUIT"));
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task RefusesWhatFollowsStlsInTheSamePacket()
    {
        using Sessions sessions = new();
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler(isTrusted: false, offersTls: true));
        await using SocketClient client = await SocketClient.ConnectAsync(server.Port);
        await client.ReadLineAsync();
        Assert.StartsWith("-ERR", await client.AskAsync("STLS\r\nUSER alice@demo.test"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
    }

    // More than the sockets of both sides keep, so that the server has to wait for the client.
    [Fact]
    public async Task WhoTakesNothingOfAMessageIsCutOffWhileOthersAreServed()
    {
        FakeTimeProvider clock = new();
        using Sessions sessions = new(clock);
        FakeMaildrop maildrop = new(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{new string('x', 998)}\r\n", 32_000)))) { PieceBytes = 60_000 };
        sessions.Backend.Own = maildrop;
        await using SocketServer server = await SocketServer.StartAsync(sessions.Handler());
        await using SocketClient slow = await LogInAsync(server.Port, "test@demo.test");
        await slow.SendAsync("RETR 1\r\n");

        int seconds = 0;
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                seconds++;
                return Task.FromResult(maildrop.IsDisposed);
            },
            "the session of the client that reads nothing has ended");

        Assert.True(seconds > 30, "It had the grace that a lost packet needs.");
        Assert.Empty(maildrop.Deleted);
        await using SocketClient other = await LogInAsync(server.Port, "alice@demo.test");
        Assert.Equal("+OK pop.test closing connection", await other.AskAsync("QUIT"));
    }

    private static async Task<SocketClient> LogInAsync(int port, string user)
    {
        SocketClient client = await SocketClient.ConnectAsync(port);
        Assert.Equal("+OK pop.test POP3 ready", await client.ReadLineAsync());
        Assert.StartsWith("+OK", await client.AskAsync($"USER {user}"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await client.AskAsync("PASS secret"), StringComparison.Ordinal);
        return client;
    }
}
