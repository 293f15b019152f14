using System.Diagnostics;
using Mailfleet.Testing;

namespace Mailfleet.Crash.Tests;

/// <summary>The cell's database is away while the real process sends: for a minute in the long run, otherwise until the node has noticed. Nothing is lost, nothing is sent twice, and sending goes on.</summary>
public sealed class SendingThroughAnOutage : IDisposable
{
    private const int Messages = 300;

    private static readonly TimeSpan Outage = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 } ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mailfleet-crash-{Guid.NewGuid():N}");

    public void Dispose() => MailfleetProcess.Remove(_directory);

    [Fact]
    public async Task EveryRecipientGetsItsMessageOnce()
    {
        await using SmtpSink sink = await SmtpSink.StartAsync("-w", "1");       // slow enough to be struck in the middle
        await using MailfleetProcess mailfleet = await MailfleetProcess.UpAsync(
            _directory, settings: $$"""{ "routes": [{ "pattern": "*.remote.test", "host": "127.0.0.1", "port": {{sink.Port}}, "tls": "none" }] }""");
        await Submission.SendAsync(("127.0.0.1", mailfleet.SubmissionPort), Messages);
        await Eventually.HoldsAsync(() => Task.FromResult(sink.Count >= 30), "sending is under way");

        Stopwatch away = Stopwatch.StartNew();
        mailfleet.TakeDatabaseAway();
        await Eventually.HoldsAsync(() => Task.FromResult(mailfleet.Output.Contains("nothing more is sent until it does", StringComparison.Ordinal)), "the node has stopped sending");
        int before = sink.Count;
        Assert.True(before < Messages / 2, "it must be struck in the middle");
        await Eventually.HoldsAsync(() => Task.FromResult(away.Elapsed >= Outage), "the outage is over", TimeSpan.FromMinutes(2));

        // What was under way has ended; nothing was begun since.
        Assert.InRange(sink.Count, before, before + 20);
        mailfleet.BringDatabaseBack();
        await Eventually.HoldsAsync(() => Task.FromResult(sink.Count >= Messages && sink.Recipients.Count == Messages), "all have it", TimeSpan.FromMinutes(3));
        await Eventually.HoldsAsync(async () => (await MailfleetProcess.RunAsync(_directory, "queue", "list", "--json")).Output == "[]", "the queue is empty");
        Assert.All(sink.Recipients.Values, count => Assert.Equal(1, count));
        await Ledger.AssertCleanAsync(_directory, "--deep");
        Assert.Equal(0, await mailfleet.StopAsync());
    }
}
