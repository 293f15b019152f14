using System.Net;
using System.Runtime.CompilerServices;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Prepare;

namespace Mailfleet.Bench.Rows;

/// <summary>Group <c>idle</c>: what a connection costs that does nothing, and whether slow clients hold up the others.</summary>
internal static class IdleRows
{
    private const int Connections = 10_000; // client and server may each have 20,000 files open
    private const int Mailboxes = 20;
    private const int SlowClients = 345;    // the original's planning figure for one server
    private const int SlowBytesPerSecond = 2048;
    private const int AloneRuns = 5;

    private sealed record Kind(string Name, IPEndPoint Target, bool Tls, Func<Wire, CancellationToken, ValueTask> Greet, Goal Goal);

    public static async IAsyncEnumerable<RowResult> RunAsync(Rig rig, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await rig.Server.PrepareAsync(1, Mailboxes, cancellationToken);
        Kind[] kinds =
        [
            new("SMTP connection", rig.Server.Smtp, false, HelloAsync, new Goal(AtMost: 30)),
            new("POP3 connection, logged in", rig.Server.Pop3, false, LogInAsync, new Goal(AtMost: 30)),
            new("SMTP connection, TLS", rig.Server.Submissions, true, HelloAsync, new Goal()),
            new("POP3 connection, logged in, TLS", rig.Server.Pop3s, true, LogInAsync, new Goal()),
        ];
        foreach (Kind kind in kinds)
        {
            using IdleClients warmUp = new();
            await warmUp.OpenAsync(200, kind.Target, kind.Tls, kind.Greet, cancellationToken);
        }

        using (IdleClients clients = new())
        {
            int each = rig.Scaled(Connections, least: 2000) / kinds.Length;
            foreach (Kind kind in kinds)
                yield return await HoldAsync(rig, clients, kind, each, cancellationToken);

            int all = each * kinds.Length;
            int alive = await clients.AliveAsync(cancellationToken);
            yield return RowResult.Of(
                "idle", "connections at once that answer NOOP", all, "alive", new Goal(AtLeast: all), alive, null, null, fault: null);
        }

        yield return await SlowClientsAsync(rig, cancellationToken);
    }

    private static async Task<RowResult> HoldAsync(Rig rig, IdleClients clients, Kind kind, int count, CancellationToken cancellationToken)
    {
        long before = await SettledAsync(rig, cancellationToken);
        await clients.OpenAsync(count, kind.Target, kind.Tls, kind.Greet, cancellationToken);
        long after = await SettledAsync(rig, cancellationToken);
        return RowResult.Of("idle", kind.Name, count, "KB each", kind.Goal, (after - before) / 1024.0 / count, null, null, fault: null) with
        {
            Count = count,
            MemoryBeforeMb = before / 1e6,
            MemoryUnderLoadMb = after / 1e6,
        };
    }

    private static async Task<RowResult> SlowClientsAsync(Rig rig, CancellationToken cancellationToken)
    {
        SmtpLoad others = new(new MailLoad(rig.Server.Smtp, 10, 1000, 10 * 1024, Mailboxes, 1, 1, KeepConnections: true));
        await others.RunAsync(cancellationToken);
        List<LoadResult> alone = [];
        for (int turn = 0; turn < AloneRuns; turn++)
            alone.Add(await others.RunAsync(cancellationToken));

        TimeSpan duration = TimeSpan.FromSeconds(rig.Scaled(60, least: 10));
        Task<LoadResult> slow = new SlowSmtpLoad(rig.Server.Smtp, SlowClients, SlowBytesPerSecond, 10 * 1024, duration, Mailboxes).RunAsync(cancellationToken);
        List<LoadResult> beside = [];
        while (!slow.IsCompleted)
            beside.Add(await others.RunAsync(cancellationToken));

        // Before and after: on a machine that others use too, a moment alone says little.
        LoadResult patient = await slow;
        for (int turn = 0; turn < AloneRuns; turn++)
            alone.Add(await others.RunAsync(cancellationToken));
        double share = beside.Average(x => x.PerSecond) / alone.Average(x => x.PerSecond) * 100;
        return RowResult.Of(
            "idle", $"others' rate beside {SlowClients} clients at 2 KB/s for {duration.TotalSeconds:0} s", SlowClients, "% of alone",
            new Goal(AtLeast: 80), share, null, null, patient.Fault ?? alone.Concat(beside).FirstOrDefault(x => x.Fault is not null)?.Fault) with
        {
            Count = patient.Count,
            Seconds = patient.Seconds,
            P50Ms = patient.P50,
            P99Ms = patient.P99,
            MaxMs = patient.Max,
            MemoryUnderLoadMb = rig.Server.ResidentBytes / 1e6,
        };
    }

    // Memory is still being taken, or given back, for a while: two equal looks one second apart, or ten seconds.
    private static async Task<long> SettledAsync(Rig rig, CancellationToken cancellationToken)
    {
        long last = rig.Server.ResidentBytes;
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        for (int look = 0; look < 10; look++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            long now = rig.Server.ResidentBytes;
            if (Math.Abs(now - last) < last / 200)
                return now;
            last = now;
        }

        return last;
    }

    private static async ValueTask HelloAsync(Wire wire, CancellationToken cancellationToken)
    {
        await wire.ExpectAsync('2', cancellationToken);
        await wire.SendAsync("EHLO idle.test\r\n", cancellationToken);
        await wire.ExpectAsync('2', cancellationToken);
    }

    // A few mailboxes only: what a connection costs is measured, not the first log-in of each.
    private static async ValueTask LogInAsync(Wire wire, CancellationToken cancellationToken)
    {
        foreach (string? command in (string?[])[null, $"USER u{Random.Shared.Next(Mailboxes) + 1}@d0.test", $"PASS {BenchMailboxes.Password}"])
        {
            if (command is not null)
                await wire.SendAsync(command + "\r\n", cancellationToken);
            string answer = await wire.ReadLineAsync(cancellationToken);
            if (!answer.StartsWith("+OK", StringComparison.Ordinal))
                throw new ProtocolFault(answer);
        }
    }
}
