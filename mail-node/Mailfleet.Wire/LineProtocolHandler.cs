using System.Buffers;
using System.Net;
using Mailfleet.Wire.Peers;
using Mailfleet.Wire.Proxying;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Wire;

/// <summary>
/// What every line protocol does with a connection around its session: caps, implicit TLS, drain when the host stops, an orderly close, and one line in the
/// log at the end.
/// </summary>
/// <param name="protocol">Names the service in metrics and logs; one of a few.</param>
public abstract partial class LineProtocolHandler(string protocol, DeadlineSweep sweep, ConnectionGate gate, bool implicitTls, ILogger log) : ConnectionHandler
{
    private readonly ILogger _log = log;

    protected abstract WireOptions WireOptions { get; }

    /// <summary>Serves the connection to its end. Throws only what nobody expected.</summary>
    protected abstract Task ServeAsync(WireConnection wire);

    /// <summary>Writes the refusal of a connection: of a peer that is banned or comes too often, or above a cap.</summary>
    protected abstract void WriteRefusal(IBufferWriter<byte> output, bool isBanned);

    public sealed override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        WireOptions options = WireOptions;
        if (connection.RemoteEndPoint is IPEndPoint proxy && options.IsProxy(proxy.Address)
            && !await ProxiedConnection.IntroduceAsync(connection, options.ProxyTimeout, sweep))
        {
            WireMetrics.HasEnded(protocol, SessionOutcome.Refused);
            await connection.Transport.Output.CompleteAsync();
            await connection.Transport.Input.CompleteAsync();
            return;
        }

        await using WireConnection wire = new(connection, options, sweep);
        IPeerPolicy? peers = wire.IsTrusted ? null : options.Peers;
        bool isBanned = peers?.Admits(wire.Remote.Address) == false;
        if (isBanned || !gate.TryEnter(wire.Remote.Address, options.MaxConnections, options.MaxConnectionsPerAddress, wire.IsTrusted))
        {
            if (!implicitTls)                           // a refusal is not worth a handshake
                WriteRefusal(wire.Output, isBanned);
            if (!isBanned && gate.IsCrowded(wire.Remote.Address, options.MaxConnectionsPerAddress))
                peers?.HasEnded(wire.Remote.Address, new SessionTally { Outcome = SessionOutcome.Refused, Offences = Offence.TooManyConnections });
            WireMetrics.HasEnded(protocol, isBanned ? SessionOutcome.Banned : SessionOutcome.Refused);  // no line in the log: a flood must not become one there
            return;
        }
        WireMetrics.Opened(protocol);
        try
        {
            using CancellationTokenRegistration drain = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?
                .ConnectionClosedRequested.UnsafeRegister(static wire => ((WireConnection)wire!).Drain(), wire) ?? default;
            if (!implicitTls || await wire.StartTlsAsync())
                await ServeAsync(wire);
        }
        catch
        {
            wire.Tally.Outcome = SessionOutcome.Faulted;
            throw;
        }
        finally
        {
            gate.Leave(wire.Remote.Address);
            WireMetrics.Closed(protocol);
            if (wire.Tally.Outcome == SessionOutcome.Dismissed)
                wire.Tally.Offences += Offence.Dismissed;
            peers?.HasEnded(wire.Remote.Address, wire.Tally);
            End(wire);
        }
    }

    private void End(WireConnection wire)
    {
        SessionTally tally = wire.Tally;
        WireMetrics.HasEnded(protocol, tally.Outcome);
        if (_log.IsEnabled(LogLevel.Information))
            LogEnd(protocol, wire.SessionId, wire.Remote.Address, WireMetrics.Name(tally.Outcome), wire.TlsProtocol ?? "none", tally.IsLoggedIn, tally.Commands, tally.Refusals, tally.Messages, tally.MessageBytes, wire.AgeSeconds);
    }

    [LoggerMessage(100, LogLevel.Information,
        "Session {SessionId} of {Protocol} from {Remote} ended: {Outcome}, TLS {Tls}, logged in {IsLoggedIn}, {Commands} commands, {Refusals} refused, {Messages} messages, {MessageBytes} bytes, {Seconds} s")]
    private partial void LogEnd(
        string protocol, string sessionId, IPAddress remote, string outcome, string tls, bool isLoggedIn, int commands, int refusals, int messages, long messageBytes, long seconds);
}
