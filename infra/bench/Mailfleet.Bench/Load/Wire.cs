using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Bench.Load;

/// <summary>One client connection of a line protocol: as little work as a client can do, so that the server is what is measured.</summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private Stream _stream;
    private int _start;
    private int _end;

    private Wire(Socket socket, int bufferBytes) =>
        (_socket, _stream, _buffer) = (socket, new NetworkStream(socket, ownsSocket: false), new byte[bufferBytes]);

    public static async Task<Wire> ConnectAsync(IPEndPoint target, bool tls, CancellationToken cancellationToken, int bufferBytes = 32 * 1024, IPAddress? from = null)
    {
        Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Wire? wire = null;
        try
        {
            if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(target, cancellationToken);
            wire = new Wire(socket, bufferBytes);
            if (tls)
                await wire.StartTlsAsync(cancellationToken);
            return wire;
        }
        catch
        {
            wire?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        // The peers' certificates are their own; what is measured is the handshake, not trust.
#pragma warning disable CA5359
        SslStream tls = new(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        _stream = tls;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    public ValueTask SendAsync(string line, CancellationToken cancellationToken) => SendAsync(Encoding.ASCII.GetBytes(line), cancellationToken);

    /// <summary>Reads one line without its CRLF.</summary>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                string line = Encoding.ASCII.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>Reads an SMTP reply to its last line; throws unless it is positive.</summary>
    public async ValueTask ExpectAsync(char first, CancellationToken cancellationToken)
    {
        string line;
        do
            line = await ReadLineAsync(cancellationToken);
        while (line.Length > 3 && line[3] == '-');
        if (line.Length == 0 || line[0] != first)
            throw new ProtocolFault($"expected {first}.., got: {line}");
    }

    /// <summary>Reads up to a line with a single dot and counts the bytes before it. Called at the beginning of a line.</summary>
    public async ValueTask<long> SkipDotBlockAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> end = "\r\n.\r\n"u8.ToArray();
        while (_end - _start < 3)
            await FillAsync(cancellationToken);
        if (_buffer.AsSpan(_start, 3).SequenceEqual(end.Span[2..]))
        {
            _start += 3;
            return 0;
        }

        long count = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOf(end.Span);
            if (at >= 0)
            {
                count += at + 2;
                _start += at + end.Length;
                return count;
            }

            // Keep what may be the beginning of the end.
            int kept = Math.Min(_end - _start, end.Length - 1);
            count += _end - _start - kept;
            _start = _end - kept;
            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
            throw new ProtocolFault("the server closed the connection");
        _end += read;
    }
}
