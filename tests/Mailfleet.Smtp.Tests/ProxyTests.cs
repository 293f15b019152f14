using System.Net;
using System.Text;
using Mailfleet.Testing.Transcripts;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Smtp.Tests;

/// <summary>Behind a proxy the session is that of the peer which the proxy names.</summary>
public sealed class ProxyTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly byte[] Header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 192, 0, 2, 66, 192, 0, 2, 1, 0x9C, 0x40, 0, 25];

    private readonly FakeTimeProvider _clock = new();
    private readonly Sessions _sessions;
    private readonly MemoryConnection _connection = new(Sessions.Proxy);

    public ProxyTests() => _sessions = new Sessions(_clock);

    public void Dispose() => _sessions.Dispose();

    [Fact]
    public async Task SessionIsThatOfThePeerBehindTheProxy()
    {
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        foreach (byte octet in Header)
            await _connection.Client.WriteAsync(new[] { octet });
        await _connection.Client.WriteAsync("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@demo.test>\r\nDATA\r\n.\r\nQUIT\r\n"u8.ToArray());
        await session.WaitAsync(Patience);
        SmtpClient client = Assert.Single(_sessions.Backend.Transactions).Client;
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.66"), 40_000), client.Remote);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), client.Local.Address);
        Assert.Single(_sessions.Peers.Ended);
    }

    [Fact]
    public async Task WithoutAHeaderAProxyHearsNothing()
    {
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        Task write = _connection.Client.WriteAsync("EHLO client.test\r\n"u8.ToArray()).AsTask();
        await session.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        Assert.Empty(await TextAsync());
    }

    [Fact]
    public async Task ProxyThatSendsNoHeaderInTimeIsClosed()
    {
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(_connection);
        await _connection.Client.WriteAsync(Header.AsMemory(0, 10));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await session.WaitAsync(Patience);
        Assert.Empty(await TextAsync());
        Assert.Equal(0, _sessions.Sweep.Count);
    }

    [Fact]
    public async Task HeaderFromElsewhereIsJunk()
    {
        MemoryConnection stranger = new(Sessions.Stranger);
        Task session = _sessions.Handler(SmtpService.Mx).OnConnectedAsync(stranger);
        await stranger.Client.WriteAsync((byte[])[.. Header, .. "\r\nQUIT\r\n"u8]);
        await session.WaitAsync(Patience);
        Assert.StartsWith("220 mx.test ESMTP ready\r\n500 5.5.2", Encoding.ASCII.GetString(await stranger.ReadToEndAsync(CancellationToken.None)), StringComparison.Ordinal);
    }

    private async Task<string> TextAsync() => Encoding.ASCII.GetString(await _connection.ReadToEndAsync(CancellationToken.None));
}
