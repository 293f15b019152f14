using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

public sealed class CheckConcurrencyTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20); // only a failure takes that long

    [Fact]
    public async Task ChecksRunBoundedAndALongLineIsTurnedAway()
    {
        using SemaphoreSlim started = new(0);
        using ManualResetEventSlim release = new();
        int running = 0;
        int most = 0;
        MailDirectory directory = new(
            cell.Cell, new DirectoryOptions { ConcurrentChecks = 2, WaitingChecks = 3 }, TimeProvider.System, NullLogger<MailDirectory>.Instance, (_, _) =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                started.Release();
                release.Wait();
                Interlocked.Decrement(ref running);
                return false;
            });

        List<Task<LogInResult>> logIns = [.. Enumerable.Range(0, 9).Select(i => directory.AuthenticateAsync($"user{i}@nowhere.test", "secret", CancellationToken.None))];
        try
        {
            Assert.True(await started.WaitAsync(Limit));
            Assert.True(await started.WaitAsync(Limit));

            // Two run, three wait, four have been told at once.
            LogInResult[] turnedAway = await Task.WhenAll(logIns.Skip(5)).WaitAsync(Limit);
            Assert.All(turnedAway, result => Assert.IsType<LogInResult.Busy>(result));
            Assert.All(logIns.Take(5), logIn => Assert.False(logIn.IsCompleted));
        }
        finally
        {
            release.Set();
        }

        LogInResult[] served = await Task.WhenAll(logIns.Take(5));
        Assert.All(served, result => Assert.IsType<LogInResult.Rejected>(result));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task ClientThatLeavesTheLineFreesItsPlace()
    {
        using ManualResetEventSlim release = new();
        MailDirectory directory = new(
            cell.Cell, new DirectoryOptions { ConcurrentChecks = 1, WaitingChecks = 1 }, TimeProvider.System, NullLogger<MailDirectory>.Instance, (_, _) =>
            {
                release.Wait();
                return false;
            });
        Task<LogInResult> first = directory.AuthenticateAsync("a@nowhere.test", "secret", CancellationToken.None);
        using CancellationTokenSource gone = new();
        Task<LogInResult> leaver = directory.AuthenticateAsync("b@nowhere.test", "secret", gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);

        Task<LogInResult> next = directory.AuthenticateAsync("c@nowhere.test", "secret", CancellationToken.None);
        release.Set();
        Assert.IsType<LogInResult.Rejected>(await next);
        Assert.IsType<LogInResult.Rejected>(await first);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; seen < value;)
            seen = Interlocked.CompareExchange(ref target, value, seen);
    }
}
