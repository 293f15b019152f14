using System.Buffers;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Pop3;

/// <summary>Serves the connections of one listener. Listeners of one node share the sweep, and the gate where they share caps.</summary>
public sealed class Pop3ConnectionHandler(
    bool implicitTls, Pop3Options options, IPop3Backend backend, DeadlineSweep sweep, ConnectionGate gate, ILogger<Pop3ConnectionHandler> log)
    : LineProtocolHandler("pop3", sweep, gate, implicitTls, log)
{
    private volatile Pop3Options _options = options;

    /// <summary>The settings that new connections get; those that are open keep theirs.</summary>
    public Pop3Options Options
    {
        get => _options;
        set => _options = value;
    }

    protected override WireOptions WireOptions => _options.Wire;

    protected override async Task ServeAsync(WireConnection wire)
    {
        await using Pop3Session session = new(wire, _options, backend, log);
        await session.RunAsync();
    }

    protected override void WriteRefusal(IBufferWriter<byte> output, bool isBanned) => (isBanned ? Pop3Reply.Banned : Pop3Reply.TooManyConnections).WriteTo(output);
}
