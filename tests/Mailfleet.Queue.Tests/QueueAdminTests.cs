using Mailfleet.Queue.Admin;
using Mailfleet.Testing;

namespace Mailfleet.Queue.Tests;

/// <summary>The operator's verbs, also on what a node has in its hands.</summary>
public sealed class QueueAdminTests
{
    private static readonly QueueFilter All = new();

    [Fact]
    public async Task ListShowsWhatFitsTheFilter()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Delivered), isRunning: false);
        await node.SendAsync("a@x.test b@sub.x.test c@y.test");
        await node.SendAsync("d@y.test", from: "other@b.test");
        QueueAdmin admin = new(cell.Database);

        async Task<string> ListAsync(QueueFilter filter) => string.Join(' ', (await admin.ListAsync(filter, 100, CancellationToken.None)).Select(item => item.Recipient));
        Assert.Equal("a@x.test b@sub.x.test c@y.test d@y.test", await ListAsync(All));
        Assert.Equal("a@x.test", await ListAsync(new QueueFilter(Domain: "x.test")));
        Assert.Equal("b@sub.x.test", await ListAsync(new QueueFilter(Domain: "*.x.test")));
        Assert.Equal("d@y.test", await ListAsync(new QueueFilter(Sender: "OTHER@b.test")));
        Assert.Equal("c@y.test", await ListAsync(new QueueFilter(Recipient: "c@y.test", Domain: "y.test")));
        QueuedItem first = (await admin.ListAsync(All, 1, CancellationToken.None))[0];
        Assert.Equal(("waiting", "s@b.test", 0), (first.State, first.Sender, first.Attempts));
        (long message, int? number) = QueueFilter.ParseId(first.Id)!.Value;
        Assert.Equal("a@x.test", await ListAsync(new QueueFilter(message, number)));
        Assert.Equal("a@x.test b@sub.x.test c@y.test", await ListAsync(new QueueFilter(message)));
        Assert.Null(QueueFilter.ParseId("no id"));
    }

    [Fact]
    public async Task HeldMailIsNotSentUntilItIsReleasedAlsoWhenANodeHadItAlready()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeTransport transport = new(async (attempt, _) =>
        {
            await open.Task;
            return FakeTransport.All(attempt, AttemptStatus.Delivered);
        });
        QueueCell.Node node = await cell.StartAsync(transport, options: new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50), FirstWindow = 1, LargestWindow = 1 });
        for (int i = 0; i < 4; i++)
            await node.SendAsync($"u{i}@x.test");
        await Eventually.HoldsAsync(() => Task.FromResult(transport.Attempts.Count == 1), "the first is under way, the others wait in memory");
        string first = transport.Attempts[0].Recipients[0].Address;

        QueueAdmin admin = new(cell.Database);
        string held = first == "u2@x.test" ? "u1@x.test" : "u2@x.test";
        Assert.Equal(1, await admin.DoAsync(QueueVerb.Hold, new QueueFilter(Recipient: held), CancellationToken.None));
        await cell.ExecuteAsync("SELECT pg_sleep(0.5)");        // the hint has long been heard
        open.SetResult();
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient") == 1, "only the held one is left");
        Assert.DoesNotContain(transport.Attempts, attempt => attempt.Recipients[0].Address == held);
        Assert.Equal("held", Assert.Single(await admin.ListAsync(All, 10, CancellationToken.None)).State);
        Assert.Equal(0, await admin.DoAsync(QueueVerb.Retry, All, CancellationToken.None));

        Assert.Equal(1, await admin.DoAsync(QueueVerb.Release, All, CancellationToken.None));
        await cell.IsEmptyAsync();
        Assert.Contains(transport.Attempts, attempt => attempt.Recipients[0].Address == held);
    }

    [Fact]
    public async Task RetryGoesBeforeItsTime()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        bool isUp = false;
        FakeTransport transport = new((attempt, _) => Task.FromResult(FakeTransport.All(attempt, Volatile.Read(ref isUp) ? AttemptStatus.Delivered : AttemptStatus.Deferred)));
        QueueCell.Node node = await cell.StartAsync(transport);
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 1 AND epoch = 0") == 1, "it waits");
        Volatile.Write(ref isUp, true);
        Assert.Equal(1, await new QueueAdmin(cell.Database).DoAsync(QueueVerb.Retry, new QueueFilter(Domain: "x.test"), CancellationToken.None));
        await cell.IsEmptyAsync();
    }

    [Fact]
    public async Task BouncedMailGoesBackToSendersThatMayHearAndTheRestIsDropped()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Deferred));
        await node.SendAsync("a@x.test b@x.test");
        await node.SendAsync("c@x.test", mayReport: false);
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE epoch = 0") == 3, "all wait");
        Assert.Equal(3, await new QueueAdmin(cell.Database).DoAsync(QueueVerb.Bounce, All, CancellationToken.None));
        await cell.IsEmptyAsync();
        await node.Reporter.HasAsync(1);
        Assert.Equal("5.7.1 Returned by an operator", node.Reporter.Reports[0].Recipients[1].LastReply);
        Assert.Equal(3, await cell.CountAsync("queue.trace WHERE outcome = 5"));
        await cell.IsCleanAsync();
    }

    [Fact]
    public async Task DeletedMailIsGoneAndTraced()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Deferred));
        await node.SendAsync("a@x.test b@y.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE epoch = 0") == 2, "both wait");
        QueueAdmin admin = new(cell.Database);
        Assert.Equal(1, await admin.DoAsync(QueueVerb.Delete, new QueueFilter(Domain: "x.test"), CancellationToken.None));
        await cell.IsCleanAsync();
        Assert.Equal(1, await admin.DoAsync(QueueVerb.Delete, All, CancellationToken.None));
        Assert.Equal(0, await cell.CountAsync("queue.message"));
        Assert.Equal(2, await cell.CountAsync("queue.trace WHERE outcome = 6"));
    }
}
