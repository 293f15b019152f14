using System.Diagnostics.Metrics;

namespace Mailfleet.Wire;

/// <summary>Numbers of connections. Labels come from fixed lists, and adding allocates nothing.</summary>
internal static class WireMetrics
{
    private static readonly Meter Meter = new("Mailfleet.Wire");
    private static readonly UpDownCounter<int> Open = Meter.CreateUpDownCounter<int>("mailfleet.connections.open", "{connection}", "Connections that are open now");
    private static readonly Counter<long> Ended = Meter.CreateCounter<long>("mailfleet.sessions.ended", "{session}", "Sessions that have ended, by how");
    private static readonly Counter<long> Handshakes = Meter.CreateCounter<long>("mailfleet.tls.handshakes", "{handshake}", "TLS handshakes, by the version agreed on");

    public static void Opened(string protocol) => Open.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    public static void Closed(string protocol) => Open.Add(-1, new KeyValuePair<string, object?>("protocol", protocol));

    public static void HasEnded(string protocol, SessionOutcome outcome) =>
        Ended.Add(1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("outcome", Name(outcome)));

    public static void HasShakenHands(string? version) => Handshakes.Add(1, new KeyValuePair<string, object?>("version", version ?? "failed"));

    public static string Name(SessionOutcome outcome) => outcome switch
    {
        SessionOutcome.Left => "left",
        SessionOutcome.Quit => "quit",
        SessionOutcome.TimedOut => "timed_out",
        SessionOutcome.Drained => "drained",
        SessionOutcome.Dismissed => "dismissed",
        SessionOutcome.Revoked => "revoked",
        SessionOutcome.HandshakeFailed => "handshake_failed",
        SessionOutcome.Refused => "refused",
        SessionOutcome.Banned => "banned",
        _ => "faulted",
    };
}
