using System.Net;
using Mailfleet.Testing.Transcripts;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Pop3.Tests;

/// <summary>Real sessions over connections in memory.</summary>
internal sealed class Sessions : IDisposable
{
    private readonly DeadlineSweep _sweep;

    public Sessions(TimeProvider? clock = null) => _sweep = new DeadlineSweep(clock ?? TimeProvider.System);

    public FakeBackend Backend { get; } = new();

    public ConnectionGate Gate { get; } = new();

    public static IPEndPoint Stranger { get; } = new(IPAddress.Parse("192.0.2.7"), 40_000);

    public Pop3ConnectionHandler Handler(bool isTrusted = true, bool offersTls = false) => new(
        implicitTls: false,
        new Pop3Options
        {
            HostName = "pop.test",
            MaxJunkCommands = 6,
            Wire = new WireOptions { IsTrusted = _ => isTrusted, SelectCertificate = offersTls ? static _ => TestCertificate.Context : null, MaxConnectionsPerAddress = 2 },
        },
        Backend,
        _sweep,
        Gate,
        NullLogger<Pop3ConnectionHandler>.Instance);

    public void Dispose() => _sweep.Dispose();
}
