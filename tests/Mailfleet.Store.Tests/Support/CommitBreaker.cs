using System.Net;
using System.Net.Sockets;

namespace Mailfleet.Store.Tests.Support;

/// <summary>A wire to PostgreSQL that can be cut around the next COMMIT: before the server gets it, or after it was done and before the answer is back.</summary>
internal sealed class CommitBreaker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;

    public CommitBreaker(string host, int port)
    {
        _host = host;
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public enum Cut
    {
        None,
        BeforeCommit,
        AfterCommit,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Cut NextCommit { get; set; }

    public int Cuts { get; private set; }

    /// <summary>Called at a cut, before the client notices.</summary>
    public Action? OnCut { get; set; }

    public async ValueTask DisposeAsync()
    {
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
                wires.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(wires);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient fromClient = client;
        using TcpClient toServer = new();
        try
        {
            await toServer.ConnectAsync(_host, _port, _stop.Token);
            // Taken once: the way back closes the client, and a closed TcpClient gives no stream.
            NetworkStream fromStream = fromClient.GetStream();
            NetworkStream toStream = toServer.GetStream();
            Task back = PumpBackAsync(toStream, fromStream);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = await fromStream.ReadAsync(buffer, _stop.Token)) > 0;)
            {
                bool isCommit = NextCommit != Cut.None && buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0;
                if (isCommit && NextCommit == Cut.BeforeCommit)
                {
                    NextCommit = Cut.None;
                    Cuts++;
                    break;
                }

                await toStream.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }

            fromClient.Close();
            toServer.Close();
            await back;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The wire is cut: that is what this class is for.
        }
    }

    private async Task PumpBackAsync(NetworkStream server, NetworkStream client)
    {
        try
        {
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = await server.ReadAsync(buffer, _stop.Token)) > 0;)
            {
                if (NextCommit == Cut.AfterCommit && buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0)
                {
                    NextCommit = Cut.None;
                    Cuts++;
                    OnCut?.Invoke();
                    client.Close();
                    return;
                }

                await client.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
