using System.Diagnostics;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Crash.Tests;

/// <summary>
/// Two nodes on one cell; the one that sends is killed, or stopped for longer than its lease, in the middle. Every recipient that had its 250 gets the message, and
/// only those get it twice whose outcome had not been committed when it was struck: they are counted at the sink and in the queue's rows at that moment.
/// </summary>
public sealed class SendingNodeDies : IAsyncLifetime
{
    // What the queue's README allows: the open transactions (one hop, so at most the largest window) and one batch of outcomes.
    private const int DuplicatesOfASink = 20 + 40;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 };
    private static readonly int Messages = IsLong ? 20_000 : 500;
    private static readonly int Sinks = IsLong ? 8 : 1;

    private readonly List<SmtpSink> _sinks = [];
    private MailfleetProcess _survivor = null!;
    private MailfleetProcess _sender = null!;

    public async ValueTask InitializeAsync()
    {
        for (int i = 0; i < Sinks; i++)
            _sinks.Add(await SmtpSink.StartAsync("-w", "1"));                   // slow enough to be struck in the middle
        string routes = string.Join(", ", _sinks.Select((sink, i) => $$"""{ "pattern": "*.r{{i}}.remote.test", "host": "127.0.0.1", "port": "{{sink.Port}}", "tls": "none" }"""));
        _survivor = await MailfleetProcess.UpAsync(
            settings: $$"""{ "routes": [{{routes}}], "limits": { "sending": { "messagesPerHour": 100000, "messagesPerDay": 100000, "recipientsPerHour": 100000, "recipientsPerDay": 100000 } } }""");
        _sender = await _survivor.JoinAsync("127.0.0.2");
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        await _survivor.DisposeAsync();
        MailfleetProcess.Remove(_survivor.DataDirectory);
        foreach (SmtpSink sink in _sinks)
            await sink.DisposeAsync();
    }

    [Fact]
    public async Task OtherNodeTakesTheQueueOfOneThatWasKilled()
    {
        await SendUntilInTheMiddleAsync();
        await _sender.KillAsync();
        Stopwatch since = Stopwatch.StartNew();
        int uncommitted = await UncommittedAsync();
        await TakenOverAsync();
        TimeSpan takenAfter = since.Elapsed;
        await AssertAllHaveItAsync(uncommitted);

        TestContext.Current.SendDiagnosticMessage($"taken over after {takenAfter.TotalSeconds:0.0} s");
    }

    // It wakes up while the other one is sending what was its own: its connections still stand, and the sink has answered DATA on them meanwhile.
    [Fact]
    public async Task NodeThatWasStoppedPastItsLeaseChangesNothingWhenItWakesUp()
    {
        await SendUntilInTheMiddleAsync();
        _sender.Pause();
        int uncommitted = await UncommittedAsync();
        await TakenOverAsync();
        Assert.True(Count < Messages, "the other node is still sending");
        _sender.Resume();
        await Eventually.HoldsAsync(() => Task.FromResult(_sender.Output.Contains("lease", StringComparison.Ordinal)), "the sleeper has found that its lease ran out");
        await AssertAllHaveItAsync(uncommitted);
        Assert.Equal(0, await _sender.StopAsync());
    }

    private int Count => _sinks.Sum(sink => sink.Count);

    private async Task SendUntilInTheMiddleAsync()
    {
        await Submission.SendAsync(("127.0.0.2", _sender.SubmissionPort), Messages, connections: Sinks, routes: Sinks);
        await Eventually.HoldsAsync(() => Task.FromResult(Count >= 60), "sending is under way");
        Assert.True(Count < Messages / 2, "it must be struck in the middle");
    }

    private Task TakenOverAsync() => Eventually.HoldsAsync(() => Task.FromResult(_survivor.Output.Contains("were taken over", StringComparison.Ordinal)), "the other node has taken the queue");

    /// <summary>How many the sinks have that still are rows: these, and no others, may come twice.</summary>
    private async Task<int> UncommittedAsync()
    {
        // What had left the sender before it was struck is on its way through the kernel; the lease runs for many seconds more.
        int before = -1;
        await Eventually.HoldsAsync(
            () =>
            {
                (int last, before) = (before, Count);
                return Task.FromResult(last == before);
            },
            "the sinks have what was sent to them");
        await using NpgsqlDataSource cell = NpgsqlDataSource.Create(_survivor.CellConnection);
        await using NpgsqlCommand command = cell.CreateCommand("SELECT count(*) FROM queue.recipient WHERE address = ANY ($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. _sinks.SelectMany(sink => sink.Recipients.Keys)] });
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }

    private async Task AssertAllHaveItAsync(int uncommitted)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(Count >= Messages), "about all have it", TimeSpan.FromMinutes(10));
        await Eventually.HoldsAsync(async () => (await MailfleetProcess.RunAsync(_survivor.DataDirectory, "queue", "list", "--json")).Output == "[]", "the queue is empty", TimeSpan.FromMinutes(2));
        Dictionary<string, int> got = _sinks.SelectMany(sink => sink.Recipients).ToDictionary();
        int twice = got.Values.Sum(count => count - 1);
        TestContext.Current.SendDiagnosticMessage($"{got.Count} recipients, {twice} messages twice; {uncommitted} had not been committed");
        Assert.Equal(Messages, got.Count);
        Assert.InRange(twice, 0, uncommitted);
        Assert.InRange(twice, 0, DuplicatesOfASink * Sinks);
        await Ledger.AssertCleanAsync(_survivor.DataDirectory, "--deep");
        Assert.Equal(0, await _survivor.StopAsync());
    }
}
