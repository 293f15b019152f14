using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Peers;
using Mailfleet.Bench.Server;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Rows;

/// <summary>
/// Group <c>outbound</c>: mail that is submitted and relayed to smtp-sink, from the first command until the sink has the last message. Each destination is an
/// address of the sink's own, so that limits and connections by destination are what they are with as many hosts. The peer relays the same.
/// </summary>
internal static class OutboundRows
{
    private const int Small = 10 * 1024;
    private const int Messages = 20_000;
    private const int PeerMessages = 3_000;
    private const int Connections = 100;
    private const int Deferred = 100_000;
    private const int DeferredDestinations = 50;        // a message has one recipient at each: a transaction a recipient

    private static readonly Goal FiveTimesPeer = new(TimesPeer: 5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>What the rows of this scale put on the disk.</summary>
    public static long BytesNeeded(double scale, int repeat) => (long)((3L * Messages * repeat + (2 * Deferred / DeferredDestinations)) * (double)Small * scale * 1.3) + (100L << 20);

    public static async IAsyncEnumerable<RowResult> RunAsync(Rig rig, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using SmtpSink sink = await SmtpSink.StartAsync(cancellationToken, "-c")
            ?? throw new StartException("The group outbound needs smtp-sink. Install Debian's package postfix and try again.");
        await rig.Server.PrepareAsync(1, 1, cancellationToken);
        await RouteAsync(rig.Server, 500, sink.Smtp.Port, cancellationToken);
        await SendAsync(sink, Load(rig.Server.Submission, 3_000, 50), cancellationToken);         // compilation, the first connections
        foreach (int destinations in (int[])[1, 50, 500])
            yield return await RelayAsync(rig, sink, destinations, cancellationToken);
        await foreach (RowResult row in DeferAsync(rig, sink, cancellationToken))
            yield return row;
    }

    private static async Task<RowResult> RelayAsync(Rig rig, SmtpSink sink, int destinations, CancellationToken cancellationToken)
    {
        int messages = rig.Scaled(Messages, least: 2_000);
        Measured ours = await Measured.BestAsync(rig.Server, rig.Repeat, token => SendAsync(sink, Load(rig.Server.Submission, messages, destinations), token), cancellationToken);
        double? peer = null;
        if (rig.Peers is { } peers)
        {
            await peers.RouteAsync(Enumerable.Range(0, destinations).Select(number => ($"d{number}.out.test", new IPEndPoint(Address(number), sink.Smtp.Port))), cancellationToken);
            LoadResult result = await SendAsync(sink, Load(peers.Smtp, Math.Min(messages, PeerMessages), destinations) with { LogsIn = false }, cancellationToken);
            peer = result.Fault is { } fault ? throw new StartException($"Postfix: {fault}") : result.PerSecond;
        }

        return RowResult.Of("outbound", $"10 KB to {destinations} destination{(destinations == 1 ? "" : "s")}, until the other host has it", Connections, "/s", FiveTimesPeer, ours.Load.PerSecond, peer, null, ours.Load.Fault) with
        {
            Count = ours.Load.Count,
            Seconds = ours.Load.Seconds,
            P50Ms = ours.Load.P50,
            P99Ms = ours.Load.P99,
            MaxMs = ours.Load.Max,
            CpuMsPerUnit = ours.CpuMilliseconds / Math.Max(1, ours.Load.Count),
            DatabaseCpuMsPerUnit = ours.DatabaseCpuMilliseconds / Math.Max(1, ours.Load.Count),
            WrittenPerByte = ours.WrittenBytes / Math.Max(1.0, (double)ours.Load.Count * Small),
            SyncsPerUnit = ours.Syncs / Math.Max(1.0, ours.Load.Count),
            MemoryBeforeMb = ours.ResidentBefore / 1e6,
            MemoryUnderLoadMb = ours.ResidentPeak / 1e6,
        };
    }

    /// <summary>Many recipients that their hosts have put off: what they cost while they wait, and how fast they leave when they may, against the same sent at once.</summary>
    private static async IAsyncEnumerable<RowResult> DeferAsync(Rig rig, SmtpSink sink, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int recipients = rig.Scaled(Deferred, least: 10_000);
        OutboundLoad load = Load(rig.Server.Submission, recipients / DeferredDestinations, DeferredDestinations) with { RecipientsPerMessage = DeferredDestinations };
        LoadResult fresh = await SendAsync(sink, load, cancellationToken);
        double empty = await CpuShareAsync(rig.Server, cancellationToken);

        await using SmtpSink later = (await SmtpSink.StartAsync(cancellationToken, "-c", "-r", "RCPT"))!;
        await RouteAsync(rig.Server, DeferredDestinations, later.Smtp.Port, cancellationToken);
        LoadResult taken = await load.RunAsync(cancellationToken);
        await WaitAsync(async () => await WaitingAsync(rig.Server, cancellationToken) >= recipients, "all are deferred", cancellationToken);
        double share = await CpuShareAsync(rig.Server, cancellationToken);
        yield return RowResult.Of("outbound", $"{recipients:#,##0} deferred recipients at rest", 0, "% of a core more than with none", new Goal(AtMost: 1), Math.Max(0, share - empty), null, null, taken.Fault) with
        {
            Count = recipients,
            MemoryUnderLoadMb = rig.Server.ResidentBytes / 1e6,
        };

        await RouteAsync(rig.Server, DeferredDestinations, sink.Smtp.Port, cancellationToken);
        long before = sink.Messages;
        Measured drained = await Measured.BestAsync(
            rig.Server, 1,
            async token =>
            {
                Stopwatch watch = Stopwatch.StartNew();
                await rig.Server.RunAsync(token, "queue", "retry", "--all");
                await WaitAsync(() => Task.FromResult(sink.Messages - before >= recipients), "all are delivered", token);
                return new LoadResult(recipients, watch.Elapsed.TotalSeconds, 0, 0, 0, null);
            },
            cancellationToken);
        yield return RowResult.Of("outbound", $"{recipients:#,##0} deferred recipients leave (goal: 0.8 of the rate when they are sent at once)", 0, "/s", new Goal(AtLeast: 0.8 * fresh.PerSecond), drained.Load.PerSecond, null, null, fresh.Fault) with
        {
            Count = recipients,
            Seconds = drained.Load.Seconds,
            CpuMsPerUnit = drained.CpuMilliseconds / recipients,
            DatabaseCpuMsPerUnit = drained.DatabaseCpuMilliseconds / recipients,
            MemoryBeforeMb = drained.ResidentBefore / 1e6,
            MemoryUnderLoadMb = drained.ResidentPeak / 1e6,
        };
    }

    /// <summary>Sends a load and waits until the sink has it: recipients that are alone at their destination make a message each.</summary>
    private static async Task<LoadResult> SendAsync(SmtpSink sink, OutboundLoad load, CancellationToken cancellationToken)
    {
        long wanted = (long)load.Messages * load.RecipientsPerMessage;
        long before = sink.Messages;
        Stopwatch watch = Stopwatch.StartNew();
        LoadResult accepted = await load.RunAsync(cancellationToken);
        if (accepted.Fault is null)
            await WaitAsync(() => Task.FromResult(sink.Messages - before >= wanted), "the sink has all messages", cancellationToken);
        return accepted with { Count = sink.Messages - before, Seconds = watch.Elapsed.TotalSeconds };
    }

    private static OutboundLoad Load(IPEndPoint target, int messages, int destinations) => new(target, LogsIn: true, Connections, messages, Small, destinations);

    private static Task RouteAsync(StandaloneServer server, int destinations, int port, CancellationToken cancellationToken) => server.ReloadAsync(
        new
        {
            routes = Enumerable.Range(0, destinations).Select(number => new
            {
                pattern = $"d{number}.out.test",
                host = Address(number).ToString(),
                port = port.ToString(CultureInfo.InvariantCulture),
                tls = "none",
            }),
        },
        cancellationToken);

    // Loopback is a network of sixteen million hosts.
    private static IPAddress Address(int number) => new([127, 0, (byte)(1 + (number / 250)), (byte)(1 + (number % 250))]);

    private static async Task<double> CpuShareAsync(StandaloneServer server, CancellationToken cancellationToken)
    {
        ServerFigures before = server.Figures;
        await Task.Delay(Rest, cancellationToken);
        return (server.Figures.CpuMilliseconds - before.CpuMilliseconds) / Rest.TotalMilliseconds * 100;
    }

    private static async Task<int> WaitingAsync(StandaloneServer server, CancellationToken cancellationToken) =>
        (int)await server.MetricAsync("mailfleet_queue_outcomes", "deferred", cancellationToken);

    private static async Task WaitAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
                throw new StartException($"After {Patience.TotalMinutes:0} minutes this has not come true: {what}.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
