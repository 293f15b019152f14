using System.Buffers;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Smtp;

/// <summary>Serves the connections of one listener. Listeners of one node share the sweep, and the gate where they share caps.</summary>
public sealed class SmtpConnectionHandler(
    SmtpEndpoint endpoint, SmtpOptions options, ISmtpBackend backend, DeadlineSweep sweep, ConnectionGate gate, ILogger<SmtpConnectionHandler> log)
    : LineProtocolHandler(SmtpMetrics.Name(endpoint.Service), sweep, gate, endpoint.ImplicitTls, log)
{
    private volatile SmtpOptions _options = options;

    /// <summary>The settings that new connections get; those that are open keep theirs.</summary>
    public SmtpOptions Options
    {
        get => _options;
        set => _options = value;
    }

    protected override WireOptions WireOptions => _options.Wire;

    protected override Task ServeAsync(WireConnection wire) => new SmtpSession(wire, endpoint, _options, backend, log).RunAsync();

    protected override void WriteRefusal(IBufferWriter<byte> output, bool isBanned) => (isBanned ? SmtpReply.Banned : SmtpReply.TooManyConnections).WriteTo(output);
}
