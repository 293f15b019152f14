using System.Diagnostics;
using System.Globalization;
using Mailfleet.Bench.Server;

namespace Mailfleet.Bench.Load;

/// <summary>
/// Postfix's smtp-source as the load, and one connection of our own among its own that tells how long a message takes. With many recipients it numbers
/// them itself (-N, from 1, never again from the start), so what goes beyond the mailboxes is sent by one run after the other.
/// </summary>
internal sealed class SmtpSource(MailLoad load)
{
    private const string Program = "/usr/sbin/smtp-source";

    public static bool IsInstalled => File.Exists(Program);

    public static bool CanSend(MailLoad load) => load is { Domains: 1, IsByOwnName: false } && IsInstalled;

    public async Task<LoadResult> RunAsync(bool timed, CancellationToken cancellationToken)
    {
        bool hasProbe = timed && load.Connections > 1;
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Stopwatch watch = Stopwatch.StartNew();
        Task<LoadResult> probe = hasProbe ? Probe().RunUntilAsync(done.Token) : Task.FromResult(LoadResult.From([], TimeSpan.Zero, null));
        string? fault = null;
        foreach (int messages in Runs(load))
        {
            (int exitCode, string output) = await Processes.RunAsync(Program, Arguments(load, messages, hasProbe ? load.Connections - 1 : load.Connections), cancellationToken);
            fault ??= exitCode == 0 ? null : output.Trim();
            if (fault is not null)
                break;
        }

        TimeSpan elapsed = watch.Elapsed;
        await done.CancelAsync();
        LoadResult felt = await probe;
        return felt with { Count = (fault is null ? load.Messages : 0) + felt.Count, Seconds = elapsed.TotalSeconds, Fault = fault ?? felt.Fault };
    }

    /// <summary>How many messages each run of smtp-source sends, so that no number is above the mailboxes.</summary>
    internal static IEnumerable<int> Runs(MailLoad load)
    {
        int most = load.Mailboxes == 1 ? load.Messages : load.Mailboxes / load.RecipientsPerMessage;
        for (int left = load.Messages; left > 0; left -= most)
            yield return Math.Min(left, most);
    }

    internal static IReadOnlyList<string> Arguments(MailLoad load, int messages, int connections)
    {
        List<string> arguments =
        [
            "-s", Text(Math.Min(connections, messages)), "-m", Text(messages), "-l", Text(load.SizeBytes), "-M", "bench.test", "-f", "load@bench.test",
        ];
        if (load.KeepConnections)
            arguments.Add("-d");
        if (load.RecipientsPerMessage > 1)
            arguments.AddRange(["-r", Text(load.RecipientsPerMessage)]);
        arguments.AddRange(load.Mailboxes == 1 ? ["-t", "u1@d0.test"] : ["-N", "-t", "u@d0.test"]);
        arguments.Add($"{load.Target.Address}:{Text(load.Target.Port)}");
        return arguments;
    }

    private SmtpLoad Probe() => new(load with { Connections = 1, Messages = int.MaxValue });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
