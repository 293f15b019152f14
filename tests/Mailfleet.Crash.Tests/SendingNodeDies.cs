using Mailfleet.Testing;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mailfleet.Crash.Tests;

/// <summary>
/// Two nodes on one cell; the one that sends is killed, or stopped for longer than its lease, in the middle. Every recipient that had its 250 gets the message; how
/// many get it twice is counted against what the queue allows (its README): the open transactions and one batch of outcomes.
/// </summary>
public sealed class SendingNodeDies
{
    // Open transactions (one hop, so at most the largest window) and the outcomes that had not been committed.
    private const int DuplicatesAtMost = 20 + 40;

    private readonly int _messages = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 } ? 20_000 : 500;

    [Fact]
    public Task OtherNodeTakesTheQueueOfOneThatWasKilled() => RunAsync(async sender =>
    {
        await sender.KillAsync();
        return () => Task.CompletedTask;
    });

    [Fact]
    public Task NodeThatWasStoppedPastItsLeaseChangesNothingWhenItWakesUp() => RunAsync(sender =>
    {
        sender.Pause();
        return Task.FromResult<Func<Task>>(async () =>
        {
            sender.Resume();
            await Eventually.HoldsAsync(() => Task.FromResult(sender.Output.Contains("lease", StringComparison.Ordinal)), "the sleeper has found that its lease ran out");
            Assert.Equal(0, await sender.StopAsync());
        });
    });

    private async Task RunAsync(Func<MailfleetProcess, Task<Func<Task>>> strike)
    {
        await using SmtpSink sink = await SmtpSink.StartAsync("-w", "1");       // slow enough to be struck in the middle
        await using MailfleetProcess survivor = await MailfleetProcess.UpAsync(
            settings: $$"""{ "routes": [{ "pattern": "*.remote.test", "host": "127.0.0.1", "port": {{sink.Port}}, "tls": "none" }] }""");
        try
        {
            await using MailfleetProcess sender = await survivor.JoinAsync("127.0.0.2");
            await SubmitAsync(sender);
            await Eventually.HoldsAsync(() => Task.FromResult(sink.Recipients.Count >= 60), "sending is under way");
            Assert.True(sink.Recipients.Count < _messages / 2, "it must be struck in the middle");
            Func<Task> afterwards = await strike(sender);

            await WaitForAllAsync(sink);
            await afterwards();
            await Eventually.HoldsAsync(async () => (await MailfleetProcess.RunAsync(survivor.DataDirectory, "queue", "list", "--json")).Output == "[]", "the queue is empty");
            IReadOnlyDictionary<string, int> got = sink.Recipients;
            int twice = got.Values.Sum(count => count - 1);
            TestContext.Current.SendDiagnosticMessage($"{got.Count} recipients, {twice} messages twice");
            Assert.Equal(_messages, got.Count);
            Assert.InRange(twice, 0, DuplicatesAtMost);
            await Ledger.AssertCleanAsync(survivor.DataDirectory, "--deep");
            Assert.Equal(0, await survivor.StopAsync());
        }
        finally
        {
            await survivor.StopAsync();
            MailfleetProcess.Remove(survivor.DataDirectory);
        }
    }

    // The lease runs out first; then the rest goes at the sink's pace.
    private async Task WaitForAllAsync(SmtpSink sink)
    {
        int before = -1;
        for (int patience = 0; sink.Recipients.Count < _messages && patience < 2; patience = sink.Recipients.Count > before ? 0 : patience + 1)
        {
            before = sink.Recipients.Count;
            try
            {
                await Eventually.HoldsAsync(() => Task.FromResult(sink.Recipients.Count == _messages), "all have it");
            }
            catch (TimeoutException)
            {
                // A minute went by; as long as more arrive, it is only slow.
            }
        }
    }

    private async Task SubmitAsync(MailfleetProcess sender)
    {
        using SmtpClient smtp = new();
        await smtp.ConnectAsync("127.0.0.2", sender.SubmissionPort, SecureSocketOptions.None);
        await smtp.AuthenticateAsync("alice@demo.test", "mailfleet-demo");
        for (int i = 0; i < _messages; i++)
        {
            using MimeMessage message = new([new MailboxAddress("", "alice@demo.test")], [new MailboxAddress("", $"u{i}@d{i % 50}.remote.test")], $"{i}", new TextPart("plain") { Text = "x" });
            await smtp.SendAsync(message);
        }

        await smtp.DisconnectAsync(quit: true);
    }
}
