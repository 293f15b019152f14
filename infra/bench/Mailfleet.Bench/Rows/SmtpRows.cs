using Mailfleet.Bench.Load;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Rows;

/// <summary>Group <c>smtp</c>: the original system's table, and delivery against today's servers.</summary>
internal static class SmtpRows
{
    private const int Small = 10 * 1024;
    private const int Large = 300 * 1024;

    // The peer needs no more to reach its steady rate, and at a few hundred a second its full work would take hours.
    private const int PeerMessages = 3000;

    private static readonly SmtpRow ToOne = new("warm-up", 100, 1, Small, 1, 1, new Goal());

    // The original's figures are messages over its seconds; AtLeast is that rate.
    private static readonly SmtpRow[] All =
    [
        new("10 KB to one user", 10, 20_000, Small, 1, 1, new Goal(AtLeast: 5000 / 47.0, TimesPeer: 5, RecordedPeer: 350)) { HasCeiling = true },
        new("10 KB to one user", 100, 20_000, Small, 1, 1, new Goal(AtLeast: 5000 / 48.0, TimesPeer: 20, RecordedPeer: 280, ShareOfCeiling: 0.5)) { HasCeiling = true },
        new("10 KB to one user", 400, 20_000, Small, 1, 1, new Goal(AtLeast: 5000 / 111.0)) { HasCeiling = true },
        new("10 KB to one user, a connection a message", 10, 10_000, Small, 1, 1, new Goal(TimesPeer: 5, RecordedPeer: 280)) { Kept = false, HasCeiling = true },
        new("10 KB to one user, a connection a message", 100, 10_000, Small, 1, 1, new Goal(TimesPeer: 10, RecordedPeer: 265)) { Kept = false, HasCeiling = true },
        new("10 KB to 5,000 mailboxes", 100, 10_000, Small, 1, 5000, new Goal(TimesPeer: 20, RecordedPeer: 220)),
        new("10 KB, 50 recipients a message (deliveries)", 10, 1000, Small, 1, 5000, new Goal(TimesPeer: 50, RecordedPeer: 325)) { Recipients = 50 },
        new("10 KB, 1,000 domains × 10 users × 1", 100, 10_000, Small, 1000, 10_000, new Goal(AtLeast: 10_000 / 82.0)),
        new("10 KB, 500 users × 500", 100, 250_000, Small, 1, 500, new Goal(AtLeast: 250_000 / 650.0)),
        new("300 KB to one user", 10, 2000, Large, 1, 1, new Goal(AtLeast: 150e6 / Large, TimesPeer: 4, RecordedPeer: 143)) { HasCeiling = true },
        new("300 KB to one user", 100, 2000, Large, 1, 1, new Goal(AtLeast: 2000 / 224.0)),
        new("300 KB to one user", 400, 2000, Large, 1, 1, new Goal(AtLeast: 2000 / 225.0)),
        new("300 KB, 1,000 domains × 10 users × 1", 100, 10_000, Large, 1000, 10_000, new Goal(AtLeast: 10_000 / 457.0)),
        new("300 KB, 100 users × 500", 100, 50_000, Large, 1, 100, new Goal(AtLeast: 50_000 / 206.0)),
    ];

    /// <summary>What the rows of this scale put on the disk.</summary>
    public static long BytesNeeded(double scale, int repeat) => (long)All.Sum(x => (double)x.Messages * x.SizeBytes * scale * repeat * 1.3);

    public static async IAsyncEnumerable<RowResult> RunAsync(
        Rig rig, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await rig.Server.PrepareAsync(1, 5000, cancellationToken);
        await rig.Server.PrepareAsync(1000, 10_000, cancellationToken);
        // The first messages pay for compilation, and the first of each mailbox for its folders; a mail server runs for months.
        // The mailboxes of the 1,000 domains stay untouched: their row is about first mail.
        foreach (SmtpRow row in (SmtpRow[])
        [
            ToOne with { Messages = 15_000 }, ToOne with { Messages = 3000, Kept = false }, ToOne with { Messages = 500, SizeBytes = Large },
            ToOne with { Messages = 10, Connections = 1, Mailboxes = 5000, Recipients = 1000 },
        ])
        {
            await SendAsync(rig, row, cancellationToken);
        }

        foreach (SmtpRow row in All)
            yield return await MeasureAsync(rig, "smtp", row, cancellationToken);
    }

    /// <summary>Sends what a row needs to be there, unmeasured.</summary>
    public static async Task SendAsync(Rig rig, SmtpRow row, CancellationToken cancellationToken)
    {
        if ((await LoadOf(row, row.Messages, rig.Server.Smtp).RunAsync(timed: false, cancellationToken)).Fault is { } fault)
            throw new StartException($"The standalone does not take mail: {fault}");
    }

    public static async Task<RowResult> MeasureAsync(Rig rig, string group, SmtpRow row, CancellationToken cancellationToken)
    {
        int messages = rig.Scaled(row.Messages, least: Math.Min(row.Messages, Math.Max(200, row.Connections * 5)));
        Measured ours = await Measured.BestAsync(rig.Server, rig.Repeat, token => LoadOf(row, messages, rig.Server.Smtp).RunAsync(timed: true, token), cancellationToken);
        double? ceiling = row.HasCeiling && rig.Sink is { } sink
            ? (await LoadOf(row, messages, sink.Smtp).RunAsync(timed: true, cancellationToken)).PerSecond * row.Recipients
            : null;
        double? peer = row.HasPeer && rig.Peers is { } peers
            ? await peers.DeliverAsync(LoadOf(row, Math.Min(messages, PeerMessages / row.Recipients), peers.Smtp), cancellationToken)
            : null;

        LoadResult load = ours.Load;
        long deliveries = load.Count * row.Recipients;
        string? fault = load.Fault ?? (load.Count >= messages ? null : $"{load.Count} of {messages} messages were accepted");
        return RowResult.Of(group, row.Work, row.Connections, "/s", row.Goal, load.PerSecond * row.Recipients, peer, ceiling, fault) with
        {
            Count = deliveries,
            Seconds = load.Seconds,
            P50Ms = load.P50,
            P99Ms = load.P99,
            MaxMs = load.Max,
            CpuMsPerUnit = ours.CpuMilliseconds / Math.Max(1, load.Count),
            DatabaseCpuMsPerUnit = ours.DatabaseCpuMilliseconds / Math.Max(1, load.Count),
            WrittenPerByte = ours.WrittenBytes / Math.Max(1.0, (double)load.Count * row.SizeBytes),
            SyncsPerUnit = ours.Syncs / Math.Max(1.0, load.Count),
            MemoryBeforeMb = ours.ResidentBefore / 1e6,
            MemoryUnderLoadMb = ours.ResidentPeak / 1e6,
        };
    }

    private static MailLoad LoadOf(SmtpRow row, int messages, System.Net.IPEndPoint target) => new(
        target, row.Connections, messages, row.SizeBytes, row.Mailboxes, row.Domains, row.Recipients, row.Kept);
}
