using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mailfleet.Store.Spooling;

namespace Mailfleet.Store;

/// <summary>Numbers and traces of the group commit. Labels come from fixed lists; adding allocates nothing.</summary>
internal static class StoreMetrics
{
    private static readonly InstrumentAdvice<int> Counts = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] };
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] };

    private static readonly ActivitySource Traces = new("Mailfleet.Store");
    private static readonly Meter Meter = new("Mailfleet.Store");
    private static readonly Histogram<int> SyncMessages = Meter.CreateHistogram("mailfleet.store.sync.messages", "{message}", "Messages that one sync made durable; its count is the number of syncs", advice: Counts);
    private static readonly Histogram<double> SyncDuration = Meter.CreateHistogram("mailfleet.store.sync.duration", "s", "Time of one gathered write and its sync", advice: Seconds);
    private static readonly Counter<long> SyncFaults = Meter.CreateCounter<long>("mailfleet.store.sync.faults", "{sync}", "Writes or syncs that failed; their messages were refused");
    private static readonly Histogram<int> CommitMessages = Meter.CreateHistogram("mailfleet.store.commit.messages", "{message}", "Messages of one transaction", advice: Counts);
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram("mailfleet.store.commit.duration", "s", "Time of one transaction", advice: Seconds);
    private static readonly UpDownCounter<int> Waiting = Meter.CreateUpDownCounter<int>("mailfleet.store.waiting", "{message}", "Messages handed over by sessions that have no outcome yet");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("mailfleet.store.deliveries", "{message}", "Messages, by what became of them");

    // The first segment is opened before anybody listens, so these are asked for, not told.
    private static long _sharedSegments;
    private static long _streamedSegments;

    private static SpoolStatus _spool = new(0, 0, null, 0);

    static StoreMetrics()
    {
        Meter.CreateObservableCounter<long>(
            "mailfleet.store.segments.opened",
            static () =>
            [
                new(Interlocked.Read(ref _sharedSegments), new KeyValuePair<string, object?>("kind", "shared")),
                new(Interlocked.Read(ref _streamedSegments), new KeyValuePair<string, object?>("kind", "streamed")),
            ],
            "{segment}",
            "Segments opened: shared by small messages, or for one large message");
        Meter.CreateObservableGauge("mailfleet.store.spool.messages", static () => _spool.Messages, "{message}", "Messages that wait on this node's disk for the cell's database");
        Meter.CreateObservableGauge("mailfleet.store.spool.bytes", static () => _spool.Bytes, "By", "Bytes of the messages that wait on this node's disk");
        Meter.CreateObservableGauge("mailfleet.store.spool.oldest", static () => _spool.OldestAt?.ToUnixTimeSeconds() ?? 0, "s", "Arrival of the oldest of them in Unix time; 0 when none waits");
        Meter.CreateObservableGauge("mailfleet.store.spool.aside", static () => _spool.AsideFiles, "{file}", "Spool files that the cell cannot take and an operator must look at");
    }

    public static void SpoolHolds(SpoolStatus status) => Volatile.Write(ref _spool, status);

    public static void Handed() => Waiting.Add(1);

    public static void Decided(DeliveryStatus status)
    {
        Waiting.Add(-1);
        Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", status switch
        {
            DeliveryStatus.Stored => "stored",
            DeliveryStatus.Spooled => "spooled",
            DeliveryStatus.OverQuota => "over_quota",
            DeliveryStatus.MailboxGone => "mailbox_gone",
            DeliveryStatus.FolderGone => "folder_gone",
            _ => "failed",
        }));
    }

    public static void Synced(int messages, TimeSpan duration)
    {
        SyncMessages.Record(messages);
        SyncDuration.Record(duration.TotalSeconds);
    }

    public static void SyncFailed() => SyncFaults.Add(1);

    public static void SharedSegmentOpened() => Interlocked.Increment(ref _sharedSegments);

    public static void StreamedSegmentOpened() => Interlocked.Increment(ref _streamedSegments);

    /// <summary>A span of one transaction; null unless somebody listens.</summary>
    public static Activity? StartCommit(int messages) => Traces.StartActivity("store.commit")?.SetTag("messages", messages);

    public static void Committed(int messages, TimeSpan duration, bool isDone)
    {
        KeyValuePair<string, object?> outcome = new("outcome", isDone ? "done" : "failed");
        CommitMessages.Record(messages, outcome);
        CommitDuration.Record(duration.TotalSeconds, outcome);
    }
}
