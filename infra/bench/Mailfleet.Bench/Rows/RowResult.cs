namespace Mailfleet.Bench.Rows;

/// <summary>One line of the table and one object of the JSON. Figures that do not apply are null.</summary>
/// <param name="Ours">In <paramref name="Unit"/>.</param>
/// <param name="Peer">Postfix and Dovecot, measured in this run.</param>
/// <param name="PeerRecorded">The same on a quiet machine, when the goal was set.</param>
/// <param name="Ceiling">The same load against smtp-sink.</param>
/// <param name="Ratio">Ours to the peer, measured or recorded; without one, ours to the goal.</param>
internal sealed record RowResult(
    string Group, string Work, int Connections, string Unit, double Ours, double? Peer, double? PeerRecorded, double? Ceiling, double? Ratio, string Goal, bool? Pass)
{
    public long Count { get; init; }

    public double Seconds { get; init; }

    public double? P50Ms { get; init; }

    public double? P99Ms { get; init; }

    public double? MaxMs { get; init; }

    /// <summary>Of server and database, for a message (whatever its recipients) or a session without messages.</summary>
    public double? CpuMsPerUnit { get; init; }

    public double? DatabaseCpuMsPerUnit { get; init; }

    /// <summary>Bytes that server and database wrote for each byte of content accepted.</summary>
    public double? WrittenPerByte { get; init; }

    /// <summary>Waits for a disk, of segments and of PostgreSQL's log, for a message.</summary>
    public double? SyncsPerUnit { get; init; }

    public double? MemoryBeforeMb { get; init; }

    public double? MemoryUnderLoadMb { get; init; }

    public double LoadAverage { get; init; }

    /// <summary>What went wrong; the row has not passed then.</summary>
    public string? Fault { get; init; }

    public static RowResult Of(string group, string work, int connections, string unit, Goal goal, double ours, double? peer, double? ceiling, string? fault)
    {
        bool? pass = fault is null ? goal.Judge(ours, peer, ceiling) : false;
        double? against = peer ?? goal.RecordedPeer ?? goal.AtLeast ?? goal.AtMost;
        return new RowResult(group, work, connections, unit, ours, peer, goal.RecordedPeer, ceiling, ours / against, goal.Text, pass)
        {
            Fault = fault,
            LoadAverage = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
