using Mailfleet.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Queue.Tests;

/// <summary>Two nodes on one cell: whose rows are whose, when one of them is gone or was only asleep.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task RowsOfADeadNodeAreTakenOverAndItsLateOutcomeChangesNothing()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        TaskCompletionSource<AttemptStatus> wakeUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeTransport stuck = new(async (attempt, _) => FakeTransport.All(attempt, await wakeUp.Task));
        QueueCell.Node zombie = await cell.StartAsync(stuck, "zombie");
        await zombie.SendAsync("a@x.test b@y.test");
        await Eventually.HoldsAsync(() => Task.FromResult(stuck.Attempts.Count == 2), "both are under way");

        FakeTransport healthy = new(AttemptStatus.Delivered);
        await cell.StartAsync(healthy, "healthy");
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 second' WHERE name = 'zombie'");
        await cell.IsEmptyAsync();
        Assert.Equal(2, healthy.Attempts.Count);

        wakeUp.SetResult(AttemptStatus.Failed);
        await zombie.Queue.StopAsync();
        Assert.Equal(2, await cell.CountAsync("queue.trace WHERE outcome = 1"));
        Assert.Equal(2, await cell.CountAsync("queue.trace"));
        Assert.Empty(zombie.Reporter.Reports);
        await cell.IsCleanAsync();
    }

    [Fact]
    public async Task SleeperThatWakesUpPastItsLeaseNeitherSendsNorClaims()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTimeProvider clock = new();
        TaskCompletionSource wakeUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool? wasOwner = null;
        FakeTransport stuck = new(async (attempt, isOwner) =>
        {
            await wakeUp.Task;
            wasOwner = isOwner();
            return FakeTransport.All(attempt, AttemptStatus.Untried);
        });
        QueueCell.Node sleeper = await cell.StartAsync(stuck, "sleeper", new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50), FirstWindow = 1, LargestWindow = 1 }, clock);
        await sleeper.SendAsync("a@x.test");
        await sleeper.SendAsync("b@x.test");
        await Eventually.HoldsAsync(() => Task.FromResult(stuck.Attempts.Count == 1), "the first is under way");

        clock.Advance(TimeSpan.FromMinutes(6));
        wakeUp.SetResult();
        await Eventually.HoldsAsync(() => Task.FromResult(wasOwner is not null), "it has asked");
        Assert.False(wasOwner);
        await cell.ExecuteAsync("SELECT pg_sleep(0.3)");
        Assert.Single(stuck.Attempts);                  // the second never began
    }

    [Fact]
    public async Task LapsedNodeDropsWhatItHeldAndWorksOnWithWhatIsStillItsOwn()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        int calls = 0;
        TaskCompletionSource wakeUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeTransport transport = new(async (attempt, isOwner) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                await wakeUp.Task;
            return FakeTransport.All(attempt, isOwner() ? AttemptStatus.Delivered : AttemptStatus.Untried);
        });
        QueueCell.Node node = await cell.StartAsync(transport, options: new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50), FirstWindow = 1, LargestWindow = 1, DownFor = TimeSpan.FromMilliseconds(1) });
        for (int i = 0; i < 5; i++)
            await node.SendAsync($"u{i}@x.test");
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref calls) == 1), "the first is under way");

        // Meanwhile another node has taken one of them, and ended it.
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 second'");
        await cell.ExecuteAsync("DELETE FROM queue.recipient WHERE address = 'u4@x.test'; DELETE FROM queue.message m WHERE NOT EXISTS (SELECT FROM queue.recipient r WHERE r.message_id = m.id)");
        Assert.True(await node.Lease.RenewAsync(CancellationToken.None));
        wakeUp.SetResult();
        await cell.IsEmptyAsync();

        Assert.Equal(4, await cell.CountAsync("queue.trace WHERE outcome = 1"));
        Assert.Equal(4, await cell.ReadAsync<long>("SELECT count(DISTINCT address) FROM queue.trace"));
        Assert.DoesNotContain(transport.Attempts, attempt => attempt.Recipients.Any(to => to.Address == "u4@x.test"));
    }

    [Fact]
    public async Task MailAcceptedByANodeWithoutTheRoleIsSentByAnother()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport transport = new(AttemptStatus.Delivered);
        await cell.StartAsync(transport, "sender", new QueueOptions { SweepInterval = TimeSpan.FromMinutes(1) });
        QueueCell.Node front = await cell.StartAsync(new FakeTransport(AttemptStatus.Failed), "front", isRunning: false);
        await Eventually.HoldsAsync(async () => await cell.CountAsync("pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()") == 1, "the sender listens");
        await front.SendAsync("a@x.test");
        await cell.IsEmptyAsync();                      // by the hint: the sweep alone would take longer than this waits
        Assert.Single(transport.Attempts);
    }

    [Fact]
    public async Task TwoNodesShareTheWorkAndNothingIsSentTwice()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport one = new(AttemptStatus.Delivered);
        FakeTransport two = new(AttemptStatus.Delivered);
        QueueCell.Node idle = await cell.StartAsync(new FakeTransport(AttemptStatus.Failed), "idle", isRunning: false);
        for (int i = 0; i < 10; i++)
            await idle.SendAsync(string.Join(' ', Enumerable.Range(0, 50).Select(to => $"u{to}@d{to % 7}.test")), customer: i);
        QueueOptions small = new() { SweepInterval = TimeSpan.FromMilliseconds(20), HeldRecipients = 40, ClaimRecipients = 20, ClaimRecipientsPerTenant = 10 };
        await cell.StartAsync(one, "one", small);
        await cell.StartAsync(two, "two", small);
        await cell.IsEmptyAsync();

        Assert.Equal(500, one.Attempts.Concat(two.Attempts).Sum(attempt => attempt.Recipients.Count));
        Assert.Equal(500, await cell.CountAsync("queue.trace"));
        await cell.IsCleanAsync();
    }
}
