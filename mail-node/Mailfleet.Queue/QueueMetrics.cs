using System.Diagnostics.Metrics;
using Mailfleet.Queue.Reporting;
using Mailfleet.Queue.Rows;

namespace Mailfleet.Queue;

/// <summary>Numbers of the queue on this node. Labels come from fixed lists.</summary>
internal static class QueueMetrics
{
    private static readonly Meter Meter = new("Mailfleet.Queue");
    private static readonly Counter<long> Accepted = Meter.CreateCounter<long>("mailfleet.queue.accepted", "{recipient}", "Recipients elsewhere that were accepted");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("mailfleet.queue.outcomes", "{recipient}", "Recipients by what became of an attempt, once it was durable");
    private static readonly Counter<long> Reports = Meter.CreateCounter<long>("mailfleet.queue.reports", "{report}", "Reports to senders, by kind and by whether they were stored");
    private static readonly Counter<long> TakenOver = Meter.CreateCounter<long>("mailfleet.queue.taken_over", "{recipient}", "Recipients taken from starts that are gone");
    private static readonly Counter<long> Lapses = Meter.CreateCounter<long>("mailfleet.queue.lapses", "{lapse}", "Times that this node's lease ran out and it dropped what it held");
    private static readonly UpDownCounter<int> Sending = Meter.CreateUpDownCounter<int>("mailfleet.queue.sending", "{transaction}", "Transactions to other hosts under way");
    private static readonly Gauge<int> Held = Meter.CreateGauge<int>("mailfleet.queue.held", "{recipient}", "Recipients that this node has claimed");
    private static readonly Gauge<int> Down = Meter.CreateGauge<int>("mailfleet.queue.destinations.down", "{destination}", "Destinations left alone because they could not be reached");

    public static void HasAccepted(int recipients) => Accepted.Add(recipients);

    public static void Committed(OutcomeKind kind) => Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", kind switch
    {
        OutcomeKind.Delivered => "delivered",
        OutcomeKind.Deferred => "deferred",
        OutcomeKind.Failed => "failed",
        OutcomeKind.GivenUp => "given_up",
        _ => "postponed",
    }));

    public static void Reported(ReportKind kind, ReportResult result) => Reports.Add(
        1,
        new KeyValuePair<string, object?>("kind", kind switch { ReportKind.Failed => "failed", ReportKind.Delayed => "delayed", _ => "relayed" }),
        new KeyValuePair<string, object?>("outcome", result switch { ReportResult.Stored => "stored", ReportResult.Impossible => "impossible", _ => "later" }));

    public static void HasTakenOver(int recipients) => TakenOver.Add(recipients);

    public static void Lapsed() => Lapses.Add(1);

    public static void Began() => Sending.Add(1);

    public static void Ended() => Sending.Add(-1);

    public static void Holds(int recipients, int destinationsDown)
    {
        Held.Record(recipients);
        Down.Record(destinationsDown);
    }
}
