using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Mailfleet.Bench.Load;

namespace Mailfleet.Bench.Rows;

/// <summary>
/// Group <c>defence</c>: what good clients feel while somebody attacks, against the quiet in between. Attackers come from 127.66.0.0/16 and have
/// the same two processors, so their pace is given; limits are the defaults.
/// </summary>
internal static class DefenceRows
{
    private const int Mailboxes = 50;
    private const int Addresses = 1_000;
    private const int BombRecipients = 1_000;
    private const int Rounds = 3;               // quiet and attack in turn, the median of each: others use the machine, too

    private static readonly Goal UnderTwice = new(AtMost: 2);

    private sealed record Attack(string Name, int PerSecond, int AtOnce, Func<IPAddress, int, CancellationToken, Task> Attempt);

    public static async IAsyncEnumerable<RowResult> RunAsync(Rig rig, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await rig.Server.PrepareAsync(1, Mailboxes, cancellationToken);
        GoodClients good = new(rig.Server.Smtp, rig.Server.Pop3s);
        TimeSpan duration = TimeSpan.FromSeconds(rig.Scaled(60, least: 18));
        await good.RunAsync(TimeSpan.FromSeconds(10), cancellationToken);         // compilation, first log-ins, first greetings
        foreach (Attack attack in Attacks(rig))
        {
            AttackLoad attackers = new(attack.PerSecond, attack.AtOnce, Addresses, attack.Attempt);
            List<(LoadResult Messages, LoadResult Sessions)> quiet = [];
            List<(LoadResult Messages, LoadResult Sessions)> attacked = [];
            for (int round = 0; round < Rounds; round++)
            {
                quiet.Add(await good.RunAsync(duration / Rounds, cancellationToken));
                using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                Task attacking = attackers.RunAsync(end.Token);
                attacked.Add(await good.RunAsync(duration / Rounds, cancellationToken));
                await end.CancelAsync();
                await attacking;
            }

            yield return RowOf(attack, attackers, "a message", [.. quiet.Select(both => both.Messages)], [.. attacked.Select(both => both.Messages)]);
            yield return RowOf(attack, attackers, "a POP3 session", [.. quiet.Select(both => both.Sessions)], [.. attacked.Select(both => both.Sessions)]);
        }
    }

    private static RowResult RowOf(Attack attack, AttackLoad attackers, string what, LoadResult[] quiet, LoadResult[] attacked)
    {
        double quietP99 = Median(quiet.Select(run => run.P99));
        double p99 = Median(attacked.Select(run => run.P99));
        return RowResult.Of(
            "defence", string.Create(CultureInfo.InvariantCulture, $"{attack.Name}: {what} (quiet p99 {quietP99:0.0} ms)"), attack.AtOnce, "× quiet p99", UnderTwice, p99 / quietP99, null, null,
            quiet.Concat(attacked).FirstOrDefault(run => run.Fault is not null)?.Fault ?? (attackers.Begun == 0 ? "nobody attacked" : null)) with
        {
            Count = attacked.Sum(run => run.Count),
            Seconds = attacked.Sum(run => run.Seconds),
            P50Ms = Median(attacked.Select(run => run.P50)),
            P99Ms = p99,
            MaxMs = attacked.Max(run => run.Max),
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    // The original's five, and slow ones.
    private static IEnumerable<Attack> Attacks(Rig rig) =>
    [
        new("500 POP3 connections a second", 500, 200, (from, _, token) => TalkAsync(rig.Server.Pop3, false, from, token)),
        new("500 SMTP connections a second", 500, 200, (from, _, token) => TalkAsync(rig.Server.Smtp, false, from, token, "HELO robot.test")),
        new("50 guessed POP3 passwords a second", 50, 100, (from, number, token) => TalkAsync(rig.Server.Pop3s, true, from, token, $"USER u{(number % Mailboxes) + 1}@d0.test", $"PASS guess{number}")),
        new("50 guessed SMTP passwords a second", 50, 100, (from, number, token) => TalkAsync(rig.Server.Submissions, true, from, token, "EHLO robot.test", Plain(number))),
        new($"20 mails a second to {BombRecipients:#,##0} recipients each", 20, 50, (from, _, token) => TalkAsync(
            rig.Server.Smtp, false, from, token, ["HELO robot.test", "MAIL FROM:<robot@bench.test>", .. Enumerable.Range(0, BombRecipients).Select(i => $"RCPT TO:<u{(i % Mailboxes) + 1}+{i}@d0.test>"), "DATA", "Subject: bomb\r\n\r\nboom\r\n."])),
        new("500 clients that send an octet a second", 100, 500, (from, _, token) => DribbleAsync(rig.Server.Smtp, from, token)),
    ];

    private static async Task TalkAsync(IPEndPoint target, bool tls, IPAddress from, CancellationToken cancellationToken, params IEnumerable<string> lines)
    {
        using Wire wire = await Wire.ConnectAsync(target, tls, cancellationToken, bufferBytes: 2048, from);
        await AttackLoad.TalkAsync(wire, cancellationToken, lines);
    }

    private static async Task DribbleAsync(IPEndPoint target, IPAddress from, CancellationToken cancellationToken)
    {
        using Wire wire = await Wire.ConnectAsync(target, tls: false, cancellationToken, bufferBytes: 512, from);
        await AttackLoad.TalkAsync(wire, cancellationToken, "HELO robot.test", "MAIL FROM:<robot@bench.test>", "RCPT TO:<u1@d0.test>", "DATA");
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        while (await second.WaitForNextTickAsync(cancellationToken))
            await wire.SendAsync("x", cancellationToken);
    }

    private static string Plain(int number) => $"AUTH PLAIN {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"\0u{(number % Mailboxes) + 1}@d0.test\0guess{number}"))}";
}
