using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Mailfleet.Delivery.Resolving;
using Mailfleet.Delivery.Routing;
using Mailfleet.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Mailfleet.Delivery.Client;

/// <summary>
/// A session with one server, from the greeting on: this file opens it, <c>ServerConnection.Transaction.cs</c> sends messages over it. One caller at a time. A
/// server that is gone, slow or talks nonsense is a reply of our own making, never an exception.
/// </summary>
internal sealed partial class ServerConnection : IAsyncDisposable
{
    private const int MaxReplyOctets = 2_048;   // four times RFC 5321 §4.5.3.1.5
    private const int MaxReplyLines = 128;      // the longest EHLO replies have some thirty

    private static readonly DeliveryReply Ready = DeliveryReply.Local("2.0.0", "Ready");
    private static readonly DeliveryReply Closed = DeliveryReply.Local("4.4.2", "The server closed the connection");
    private static readonly DeliveryReply TimedOut = DeliveryReply.Local("4.4.2", "The server did not answer in time");
    private static readonly DeliveryReply Malformed = DeliveryReply.Local("4.5.0", "The server's answer is not SMTP");

    private readonly WireConnection _wire;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _clock;
    private ServerExtensions _extensions = ServerExtensions.None;
    private DeliveryReply _lost = Closed;
    private bool _isUsable = true;

    private ServerConnection(MailServer server, WireConnection wire, DeliveryOptions options, TimeProvider clock) =>
        (Server, _wire, _options, _clock) = (server, wire, options, clock);

    public MailServer Server { get; }

    /// <summary>Messages sent over it so far.</summary>
    public int Messages { get; private set; }

    /// <summary>When it became idle; the pool's.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether another message may be sent over it.</summary>
    public bool IsUsable => _isUsable && !_wire.IsClosed && Messages < _options.MessagesPerConnection;

    private string? Tls => _wire.TlsProtocol;

    /// <summary>Connects, greets, and turns to TLS as the server's policy says. Without a connection, the reply says why.</summary>
    public static async Task<(ServerConnection? Connection, DeliveryReply Reply)> OpenAsync(
        MailServer server, DeliveryOptions options, DeadlineSweep sweep, SocketConnectionContextFactory transport, TimeProvider clock, CancellationToken cancellationToken)
    {
        (ServerConnection? connection, DeliveryReply reply, bool isTlsFault) = await TryOpenAsync(server, options, sweep, transport, clock, cancellationToken);

        // RFC 7435 §3: opportunistic means that a server whose TLS is broken gets its mail all the same.
        if (connection is null && isTlsFault && server.Tls == TlsPolicy.Opportunistic)
            (connection, reply, _) = await TryOpenAsync(server with { Tls = TlsPolicy.None }, options, sweep, transport, clock, cancellationToken);
        return (connection, reply);
    }

    /// <summary>Cuts it off at once.</summary>
    public void Abort() => _wire.Abort("Delivery was stopped.");

    public async ValueTask DisposeAsync()
    {
        if (_isUsable && !_wire.IsClosed)
            Write("QUIT");
        await _wire.DisposeAsync();
    }

    private static async Task<(ServerConnection? Connection, DeliveryReply Reply, bool IsTlsFault)> TryOpenAsync(
        MailServer server, DeliveryOptions options, DeadlineSweep sweep, SocketConnectionContextFactory transport, TimeProvider clock, CancellationToken cancellationToken)
    {
        Socket socket = new(server.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using CancellationTokenSource late = new(options.ConnectTimeout, clock);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            await socket.ConnectAsync(server.Endpoint, either.Token);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            string reason = fault is SocketException problem ? problem.SocketErrorCode.ToString() : nameof(SocketError.TimedOut);
            return (null, DeliveryReply.Local("4.4.1", $"No connection to {server}: {reason}"), false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        WireOptions wire = new() { BlockTimeout = options.BlockTimeout, RateGrace = options.BlockTimeout, HandshakeTimeout = options.HandshakeTimeout };
        ServerConnection connection = new(server, new WireConnection(transport.Create(socket), wire, sweep), options, clock);
        using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(static connection => ((ServerConnection)connection!).Abort(), connection);
        (DeliveryReply? refusal, bool isTlsFault) = await connection.GreetAsync();
        if (refusal is null)
            return (connection, Ready, false);
        await connection.DisposeAsync();
        return (null, refusal, isTlsFault);
    }

    /// <summary>What is in the way of using it, or null.</summary>
    private async Task<(DeliveryReply? Fault, bool IsTlsFault)> GreetAsync()
    {
        // RFC 5321 §3.1: whatever is no 220 means that this server does not serve us, now or (554) ever; another one of the domain may.
        DeliveryReply greeting = await ReadReplyAsync(_options.ReplyTimeout);
        if (greeting.Code != 220)
            return (Unwilling(greeting), false);
        if (await HelloAsync() is { } refusal)
            return (refusal, false);
        if (Server.Tls == TlsPolicy.None || (!_extensions.StartTls && Server.Tls == TlsPolicy.Opportunistic))
            return (null, false);
        if (!_extensions.StartTls)
            return (DeliveryReply.Local("4.7.4", $"{Server} does not offer the TLS that its route requires"), false);
        return await StartTlsAsync();
    }

    // RFC 3207. What has come beyond the reply was put there by somebody who cannot speak TLS: it must not be read as if it had come under it.
    private async Task<(DeliveryReply? Fault, bool IsTlsFault)> StartTlsAsync()
    {
        Write("STARTTLS");
        DeliveryReply ready = await ReadReplyAsync(_options.ReplyTimeout);
        if (ready.Code != 220)
            return _wire.IsClosed || !_isUsable || Server.Tls == TlsPolicy.Required ? (Unwilling(ready), true) : (null, false);
        if (_wire.HasInput)
        {
            Lose(Malformed);
            return (DeliveryReply.Local("4.7.5", $"{Server} sent something between its answer to STARTTLS and the handshake"), false);
        }

        if (!await _wire.StartTlsAsClientAsync(ClientOptions(Server.Name)))
        {
            Lose(Closed);
            return (DeliveryReply.Local("4.7.5", $"The TLS handshake with {Server} failed"), true);
        }

        return (await HelloAsync(), true);
    }

    // §4.1.1.1 and §4.1.4: a server that knows no EHLO is asked with HELO.
    private async Task<DeliveryReply?> HelloAsync()
    {
        _extensions = ServerExtensions.None;
        Write($"EHLO {_options.HostName}");
        List<string> lines = [];
        DeliveryReply reply = await ReadReplyAsync(_options.ReplyTimeout, lines);
        if (reply.Code == 250)
        {
            _extensions = ServerExtensions.Parse(lines.Skip(1));
            return null;
        }

        if (reply.Code is < 500 or > 504)
            return Unwilling(reply);
        Write($"HELO {_options.HostName}");
        reply = await ReadReplyAsync(_options.ReplyTimeout);
        return reply.Code == 250 ? null : Unwilling(reply);
    }

    // One server that does not want us says nothing about the recipient: the mail waits, or goes to the next server.
    private static DeliveryReply Unwilling(DeliveryReply reply) => reply.IsPermanent || reply.IsPositive
        ? DeliveryReply.Local("4.3.2", $"The server does not serve us: {reply}") with { Code = reply.Code }
        : reply;

    /// <summary>The next reply, or what became of the connection instead.</summary>
    private async Task<DeliveryReply> ReadReplyAsync(TimeSpan timeout, List<string>? lines = null)
    {
        lines ??= [];
        long start = _clock.GetTimestamp();
        int code = 0;
        while (_isUsable)
        {
            LineRead read = await _wire.ReadLineAsync(MaxReplyOctets, Max(timeout - _clock.GetElapsedTime(start), TimeSpan.FromSeconds(1)));
            if (read.Status != LineStatus.Line)
                return Lose(read.Status switch { LineStatus.Expired => TimedOut, LineStatus.TooLong or LineStatus.BadLineEnd => Malformed, _ => Closed });
            if (ReplyParser.ParseLine(read.Line.Span) is not { } line || (code != 0 && line.Code != code) || lines.Count >= MaxReplyLines)
                return Lose(Malformed);
            code = line.Code;
            lines.Add(line.Text);
            if (!line.IsLast)
            {
                if (_clock.GetElapsedTime(start) > timeout)
                    return Lose(TimedOut);
                continue;
            }

            if (code == 421)                            // §3.8: it closes now, whatever we asked
                _isUsable = false;
            return ReplyParser.Join(code, lines);
        }

        return _lost;
    }

    private DeliveryReply Lose(DeliveryReply how)
    {
        _isUsable = false;
        return _lost = how;
    }

    private void Write(string command)
    {
        Span<byte> line = _wire.Output.GetSpan(Encoding.UTF8.GetMaxByteCount(command.Length) + 2);
        int length = Encoding.UTF8.GetBytes(command, line);
        line[length++] = (byte)'\r';
        line[length++] = (byte)'\n';
        _wire.Output.Advance(length);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static SslClientAuthenticationOptions ClientOptions(string name) => new()
    {
        TargetHost = name.StartsWith('[') ? "" : name,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,      // RFC 8997
#pragma warning disable CA5359 // Any certificate is better than none: TLS between mail servers is opportunistic (RFC 7435), and refusing would mean plain text.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };
}
