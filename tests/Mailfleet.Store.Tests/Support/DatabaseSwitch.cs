using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Mailfleet.Store.Tests.Support;

/// <summary>A wire to PostgreSQL that can be off: what is connected is cut, and nobody is let in.</summary>
internal sealed class DatabaseSwitch : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private CancellationTokenSource _cut = new();

    private DatabaseSwitch(TestCell cell)
    {
        NpgsqlConnectionStringBuilder server = new(cell.Database.ConnectionString);
        (_host, _port) = (server.Host!, server.Port);
        _listener.Start();
        _accepting = AcceptAsync();
        Database = cell.Connect(builder =>
        {
            builder.Host = "127.0.0.1";
            builder.Port = Port;
            builder.SslMode = SslMode.Disable;
        });
    }

    /// <summary>The cell's database through this wire.</summary>
    public NpgsqlDataSource Database { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool IsOff { get; private set; }

    public static DatabaseSwitch To(TestCell cell) => new(cell);

    public void Off()
    {
        IsOff = true;
        _cut.Cancel();
    }

    public void On()
    {
        _cut = new CancellationTokenSource();
        IsOff = false;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Off();
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> wires = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (IsOff)
                    client.Dispose();
                else
                    wires.Add(RelayAsync(client, _cut.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(wires);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken cut)
    {
        using TcpClient fromClient = client;
        using TcpClient toServer = new();
        try
        {
            await toServer.ConnectAsync(_host, _port, cut);
            Task there = fromClient.GetStream().CopyToAsync(toServer.GetStream(), cut);
            Task back = toServer.GetStream().CopyToAsync(fromClient.GetStream(), cut);
            await Task.WhenAny(there, back);
            fromClient.Close();
            toServer.Close();
            await Task.WhenAll(there, back);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The wire is cut: that is what this class is for.
        }
    }
}
