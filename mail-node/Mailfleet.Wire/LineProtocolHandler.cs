using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mailfleet.Wire;

/// <summary>
/// What every line protocol does with a connection around its session: caps, implicit TLS, drain when the host stops, an orderly close.
/// </summary>
public abstract class LineProtocolHandler(DeadlineSweep sweep, ConnectionGate gate, bool implicitTls) : ConnectionHandler
{
    protected abstract WireOptions WireOptions { get; }

    /// <summary>Serves the connection to its end. Throws only what nobody expected.</summary>
    protected abstract Task ServeAsync(WireConnection wire);

    /// <summary>Writes the refusal of a connection above a cap.</summary>
    protected abstract void WriteTooManyConnections(IBufferWriter<byte> output);

    public sealed override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        WireOptions options = WireOptions;
        await using WireConnection wire = new(connection, options, sweep);
        if (!gate.TryEnter(wire.Remote.Address, options.MaxConnections, options.MaxConnectionsPerAddress, wire.IsTrusted))
        {
            if (!implicitTls)                           // a refusal is not worth a handshake
                WriteTooManyConnections(wire.Output);
            return;
        }
        try
        {
            using CancellationTokenRegistration drain = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?
                .ConnectionClosedRequested.UnsafeRegister(static wire => ((WireConnection)wire!).Drain(), wire) ?? default;
            if (!implicitTls || await wire.StartTlsAsync())
                await ServeAsync(wire);
        }
        finally
        {
            gate.Leave(wire.Remote.Address);
        }
    }
}
