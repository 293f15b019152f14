using System.Net;
using System.Net.Sockets;
using Mailfleet.Bench.Load;

namespace Mailfleet.Bench.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData("+OK\r\n.\r\n+OK next\r\n", 0)]
    [InlineData("+OK\r\n1 a\r\n.\r\n+OK next\r\n", 5)]
    [InlineData("+OK\r\n.\r\r\n\r\n.\r\n+OK next\r\n", 6)]
    public async Task ABlockEndsAtItsDotEvenWhenItIsEmpty(string sent, int bytes)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        CancellationToken token = TestContext.Current.CancellationToken;
        using Wire wire = await Wire.ConnectAsync((IPEndPoint)listener.LocalEndpoint, tls: false, token);
        using TcpClient server = await listener.AcceptTcpClientAsync(token);
        await server.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(sent), token);

        Assert.Equal("+OK", await wire.ReadLineAsync(token));
        Assert.Equal(bytes, await wire.SkipDotBlockAsync(token));
        Assert.Equal("+OK next", await wire.ReadLineAsync(token));
    }
}
