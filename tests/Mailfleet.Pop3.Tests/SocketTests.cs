using System.Text;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Pop3.Tests;

/// <summary>On real sockets: TLS in place.</summary>
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
}
