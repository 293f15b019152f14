using System.Globalization;

namespace Mailfleet.Bench.Server;

/// <summary>What the node says of its store at <c>/metrics</c>: how often it has waited for a disk.</summary>
/// <param name="SegmentSyncs">Syncs of message bytes.</param>
/// <param name="Commits">Transactions, each of which syncs PostgreSQL's log once.</param>
internal readonly record struct StoreCounters(long SegmentSyncs, long Commits)
{
    public long Syncs => SegmentSyncs + Commits;

    public static StoreCounters Parse(string metrics) =>
        new(Sum(metrics, "mailfleet_store_sync_messages_count"), Sum(metrics, "mailfleet_store_commit_messages_count"));

    // "name{label="value"} number [time]"; a series that has counted nothing yet is not there.
    private static long Sum(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' ')
        .Sum(line => (long)double.Parse(line[(line.IndexOf('}') + 1)..].Replace(name, "", StringComparison.Ordinal).Trim().Split(' ')[0], CultureInfo.InvariantCulture));
}
