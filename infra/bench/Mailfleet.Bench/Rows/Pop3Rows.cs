using System.Net;
using System.Runtime.CompilerServices;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Prepare;

namespace Mailfleet.Bench.Rows;

/// <summary>Group <c>pop3</c>: fetching mail, and logging in.</summary>
internal static class Pop3Rows
{
    private const int Mailboxes = 20;
    private const int MessagesPerMailbox = 100;
    private const int MessageBytes = 10 * 1024;

    public static async IAsyncEnumerable<RowResult> RunAsync(Rig rig, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await rig.Server.PrepareAsync(1, 500, cancellationToken);
        await Fill(rig.Server.Smtp).RunAsync(timed: false, cancellationToken);
        if (rig.Peers is { } peers)
            await peers.DeliverAsync(Fill(peers.Smtp), cancellationToken);

        // Cold: each mailbox once, so each pays for Argon2id. It also warms what the next rows measure.
        yield return await MeasureAsync(rig, "first log-ins (Argon2id each)", 50, 200, 0, 200, new Goal(), cancellationToken);
        await Load(rig.Server.Pop3, 20, 100, MessagesPerMailbox, Mailboxes).RunAsync(cancellationToken);

        yield return await MeasureAsync(
            rig, "log in, UIDL, RETR 100 × 10 KB (messages)", 20, rig.Scaled(400, 40), MessagesPerMailbox, Mailboxes,
            new Goal(TimesPeer: 2, RecordedPeer: 9000), cancellationToken);
        yield return await MeasureAsync(
            rig, "log in and out", 50, rig.Scaled(20_000, 2000), 0, 200, new Goal(TimesPeer: 8, RecordedPeer: 720), cancellationToken);
    }

    private static async Task<RowResult> MeasureAsync(
        Rig rig, string work, int connections, int sessions, int retrievals, int mailboxes, Goal goal, CancellationToken cancellationToken)
    {
        int repeat = goal.TimesPeer is null ? 1 : rig.Repeat; // the second first log-in would be none
        Measured ours = await Measured.BestAsync(rig.Server, repeat, Load(rig.Server.Pop3, connections, sessions, retrievals, mailboxes).RunAsync, cancellationToken);
        double? peer = goal.TimesPeer is not null && rig.Peers is { } peers
            ? (await Load(peers.Pop3, connections, sessions, retrievals, mailboxes).RunAsync(cancellationToken)).PerSecond
            : null;

        LoadResult load = ours.Load;
        long wanted = (long)sessions * Math.Max(1, retrievals);
        string? fault = load.Fault ?? (load.Count == wanted ? null : $"{load.Count} of {wanted} were done");
        return RowResult.Of("pop3", work, connections, "/s", goal, load.PerSecond, peer, null, fault) with
        {
            Count = load.Count,
            Seconds = load.Seconds,
            P50Ms = load.P50,
            P99Ms = load.P99,
            MaxMs = load.Max,
            CpuMsPerUnit = ours.CpuMilliseconds / Math.Max(1, load.Count),
            DatabaseCpuMsPerUnit = ours.DatabaseCpuMilliseconds / Math.Max(1, load.Count),
            MemoryBeforeMb = ours.ResidentBefore / 1e6,
            MemoryUnderLoadMb = ours.ResidentPeak / 1e6,
        };
    }

    private static MailLoad Fill(IPEndPoint target) =>
        new(target, 20, Mailboxes * MessagesPerMailbox, MessageBytes, Mailboxes, 1, 1, KeepConnections: true) { IsByOwnName = true };

    private static Pop3Load Load(IPEndPoint target, int connections, int sessions, int retrievals, int mailboxes) =>
        new(target, connections, sessions, retrievals, "u{i}@d{d}.test", BenchMailboxes.Password, mailboxes, 1);
}
