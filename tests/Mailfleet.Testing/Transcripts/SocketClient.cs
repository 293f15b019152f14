using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Testing.Transcripts;

/// <summary>A client of a line protocol on a real socket that can turn to TLS.</summary>
public sealed class SocketClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _socket;
    private readonly CancellationTokenSource _patience = new(Patience);
    private Stream _stream;

    private SocketClient(TcpClient socket)
    {
        _socket = socket;
        _stream = socket.GetStream();
    }

    /// <param name="from">The address of this machine that it comes from.</param>
    public static async Task<SocketClient> ConnectAsync(int port, IPAddress? from = null)
    {
        TcpClient socket = new(new IPEndPoint(from ?? IPAddress.Loopback, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new SocketClient(socket);
    }

    /// <param name="anyCertificate">For a server that made its own.</param>
    public async Task StartTlsAsync(bool anyCertificate = false)
    {
        SslStream tls = new(
            _stream, leaveInnerStreamOpen: false,
            (_, certificate, _, _) => anyCertificate || certificate?.GetCertHashString() == TestCertificate.Context.TargetCertificate.GetCertHashString());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, _patience.Token);
        _stream = tls;
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), _patience.Token);

    /// <summary>Sends to a server that may have cut the connection off.</summary>
    public async Task SendOrGiveUpAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (IOException)
        {
            // what it says of that is read
        }
    }

    /// <summary>Sends a line and returns the reply: the last line of it in SMTP.</summary>
    public async Task<string?> AskAsync(string line)
    {
        await SendAsync($"{line}\r\n");
        string? reply;
        do
            reply = await ReadLineAsync();
        while (reply is { Length: > 3 } && reply[3] == '-');
        return reply;
    }

    /// <summary>Null when the server closed in an orderly way.</summary>
    public async Task<string?> ReadLineAsync()
    {
        StringBuilder line = new();
        byte[] octet = new byte[1];
        while (await _stream.ReadAsync(octet, _patience.Token) == 1)
        {
            if (octet[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)octet[0]);
        }
        return line.Length == 0 ? null : line.ToString();
    }

    /// <summary>As <see cref="ReadLineAsync"/>, and null as well when the server cut the connection off.</summary>
    public async Task<string?> ReadLineOrResetAsync()
    {
        try
        {
            return await ReadLineAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        _patience.Dispose();
    }
}
