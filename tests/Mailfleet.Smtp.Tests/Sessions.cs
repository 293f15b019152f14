using System.Globalization;
using System.Net;
using Mailfleet.Smtp;
using Mailfleet.Testing.Transcripts;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Smtp.Tests;

/// <summary>Real sessions over connections in memory.</summary>
internal sealed class Sessions : IDisposable
{
    public Sessions(TimeProvider? clock = null) => Sweep = new DeadlineSweep(clock ?? TimeProvider.System);

    public DeadlineSweep Sweep { get; }

    public FakeBackend Backend { get; } = new();

    public ConnectionGate Gate { get; } = new();

    public TimeSpan GreetingDelay { get; set; }

    public KnownPeers Peers { get; } = new();

    public FaultLog Log { get; } = new();

    public static IPEndPoint Stranger { get; } = new(IPAddress.Parse("192.0.2.7"), 40_000);

    public static IPEndPoint Proxy { get; } = new(IPAddress.Parse("198.51.100.9"), 50_000);

    public SmtpConnectionHandler Handler(Transcript transcript) => Handler(
        transcript.Settings.GetValueOrDefault("service") == "submission" ? SmtpService.Submission : SmtpService.Mx,
        transcript.Has("trusted"),
        transcript.Has("tls"),
        long.Parse(transcript.Settings.GetValueOrDefault("size", "1000"), CultureInfo.InvariantCulture));

    public SmtpConnectionHandler Handler(SmtpService service, bool isTrusted = false, bool offersTls = false, long maxMessageBytes = 50_000_000, bool implicitTls = false) => new(
        new SmtpEndpoint(service, implicitTls),
        new SmtpOptions
        {
            HostName = "mx.test",
            MaxMessageBytes = maxMessageBytes,
            MaxRecipients = 3,
            MaxJunkCommands = 5,
            FreeUnknownRecipients = 1,
            MaxUnknownRecipients = 3,
            GreetingDelay = GreetingDelay,
            Wire = new WireOptions { IsTrusted = _ => isTrusted, SelectCertificate = offersTls ? static _ => TestCertificate.Context : null, MaxConnectionsPerAddress = 2, Peers = Peers, IsProxy = address => address.Equals(Proxy.Address) },
        },
        Backend,
        Sweep,
        Gate,
        Log);

    public void Dispose() => Sweep.Dispose();
}
