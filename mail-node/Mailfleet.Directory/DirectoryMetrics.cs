using System.Diagnostics.Metrics;

namespace Mailfleet.Directory;

/// <summary>Numbers of the directory. Labels come from fixed lists; adding allocates nothing.</summary>
internal static class DirectoryMetrics
{
    private static readonly Meter Meter = new("Mailfleet.Directory");
    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("mailfleet.directory.lookups", "{lookup}", "Addresses looked up, by whether the node knew them");
    private static readonly Counter<long> LogIns = Meter.CreateCounter<long>("mailfleet.directory.logins", "{login}", "Passwords judged, by how: recent needs no Argon2id, busy and throttled were not judged at all");
    private static readonly Counter<long> Polls = Meter.CreateCounter<long>("mailfleet.directory.polls", "{poll}", "Looks at what has changed, by whether the cell's database answered");

    public static void LookedUp(bool isKnown) => Lookups.Add(1, new KeyValuePair<string, object?>("cache", isKnown ? "hit" : "miss"));

    public static void Judged(string how) => LogIns.Add(1, new KeyValuePair<string, object?>("outcome", how));

    public static void Polled(bool isDone) => Polls.Add(1, new KeyValuePair<string, object?>("outcome", isDone ? "done" : "failed"));
}
