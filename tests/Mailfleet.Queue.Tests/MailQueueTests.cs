using Mailfleet.Queue.Reporting;
using Mailfleet.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Queue.Tests;

/// <summary>One node's work, from acceptance to outcome.</summary>
public sealed class MailQueueTests
{
    [Fact]
    public async Task AcceptedMessageLeavesAndOnlyItsTraceRemains()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport transport = new(AttemptStatus.Delivered);
        QueueCell.Node node = await cell.StartAsync(transport);
        await node.SendAsync("a@x.test b@x.test c@y.test");
        await cell.IsEmptyAsync();

        Assert.Equal(["a@x.test b@x.test", "c@y.test"], transport.Attempts.Select(attempt => string.Join(' ', attempt.Recipients.Select(to => to.Address))).Order());
        Assert.Equal(3, await cell.CountAsync("queue.trace WHERE outcome = 1 AND reply = '250 2.0.0 As told' AND host = 'mx.a.test' AND tls = 'TLS1.3' AND attempts = 1"));
        Assert.Empty(node.Reporter.Reports);
        await cell.IsCleanAsync();
    }

    [Fact]
    public async Task DeferredRecipientWaitsAndIsTriedAgainWhenItsTimeComes()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        bool isUp = false;
        FakeTransport transport = new((attempt, _) => Task.FromResult(FakeTransport.All(attempt, Volatile.Read(ref isUp) ? AttemptStatus.Delivered : AttemptStatus.Deferred)));
        QueueCell.Node node = await cell.StartAsync(transport);
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 1 AND epoch = 0 AND next_attempt_at BETWEEN now() + interval '90 s' AND now() + interval '150 s'") == 1, "it waits two minutes");
        Assert.Single(transport.Attempts);

        Volatile.Write(ref isUp, true);
        await cell.ExecuteAsync("UPDATE queue.recipient SET next_attempt_at = now()");
        await cell.IsEmptyAsync();
        Assert.Equal(1, await cell.CountAsync("queue.trace WHERE outcome = 2 AND attempts = 1"));
        Assert.Equal(1, await cell.CountAsync("queue.trace WHERE outcome = 1 AND attempts = 2"));
    }

    [Theory]
    [InlineData("s@b.test", true, NotifyOn.Default, 1)]
    [InlineData("s@b.test", true, NotifyOn.Never, 0)]
    [InlineData("s@b.test", true, NotifyOn.Success, 0)]
    [InlineData("s@b.test", false, NotifyOn.Default, 0)]      // backscatter
    [InlineData("", true, NotifyOn.Default, 0)]               // the null path is never answered
    public async Task FailureIsToldToSendersThatAreKnownAndWantIt(string from, bool mayReport, NotifyOn notify, int reports)
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Failed));
        await node.SendAsync("a@x.test b@x.test", from, mayReport: mayReport, notify: notify);
        await cell.IsEmptyAsync();

        Assert.Equal(2, await cell.CountAsync("queue.trace WHERE outcome = 3"));
        await node.Reporter.HasAsync(reports);
        Assert.All(node.Reporter.Reports, report =>
        {
            Assert.Equal((ReportKind.Failed, "s@b.test", 2), (report.Kind, report.Sender, report.Recipients.Count));
            Assert.All(report.Recipients, to => Assert.Equal(("550 2.0.0 As told", "mx.a.test"), (to.LastReply, to.LastHost)));
        });
        await cell.IsCleanAsync();
    }

    [Fact]
    public async Task SuccessIsToldWhereAskedForAndNobodyElseTellsIt()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Delivered));
        await node.SendAsync("a@x.test", notify: NotifyOn.Success);
        await cell.IsEmptyAsync();
        await node.Reporter.HasAsync(1);
        Assert.Equal(ReportKind.Relayed, Assert.Single(node.Reporter.Reports).Kind);
    }

    [Fact]
    public async Task RowStaysUntilItsReportIsStored()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Failed));
        node.Reporter.Answer = ReportResult.Later;
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE state = 2 AND epoch = 0 AND next_attempt_at > now()") == 1, "the report is put off");

        node.Reporter.Answer = ReportResult.Stored;
        await cell.ExecuteAsync("UPDATE queue.recipient SET next_attempt_at = now()");
        await cell.IsEmptyAsync();
        Assert.Equal(1, await cell.CountAsync("queue.trace"));      // one failure, however often its report was tried
    }

    [Fact]
    public async Task SenderThatCanTakeNoReportGetsNone()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Failed));
        node.Reporter.Answer = ReportResult.Impossible;
        await node.SendAsync("a@x.test");
        await cell.IsEmptyAsync();
    }

    [Fact]
    public async Task DestinationThatIsDownCostsNoTriesOfThoseThatWait()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport transport = new((attempt, _) => Task.FromResult(
            attempt.Hop == "down.test" ? FakeTransport.All(attempt, AttemptStatus.Deferred, SiteHealth.Down) : FakeTransport.All(attempt, AttemptStatus.Delivered)));
        QueueCell.Node node = await cell.StartAsync(transport);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => node.SendAsync($"u{i}@down.test")));
        await node.SendAsync("a@up.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE epoch = 0") == 60, "all wait as rows");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.trace WHERE address = 'a@up.test'") == 1, "the other destination has its message");

        Assert.InRange(transport.Attempts.Count(attempt => attempt.Hop == "down.test"), 1, 10);
        Assert.InRange(await cell.CountAsync("queue.recipient WHERE attempts = 0 AND next_attempt_at > now()"), 50, 59);
    }

    [Fact]
    public async Task RecipientsTheServerTakesLaterGoAtOnceAndUncounted()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport transport = new((attempt, _) => Task.FromResult(new AttemptResult(
            [.. attempt.Recipients.Select((_, index) => new AttemptOutcome(index < 2 ? AttemptStatus.Delivered : AttemptStatus.Untried, "250 2.0.0 Ok"))], SiteHealth.Fine)));
        QueueCell.Node node = await cell.StartAsync(transport);
        await node.SendAsync("a@x.test b@x.test c@x.test d@x.test e@x.test");
        await cell.IsEmptyAsync();
        Assert.Equal([5, 3, 1], transport.Attempts.Select(attempt => attempt.Recipients.Count));
        Assert.Equal(5, await cell.CountAsync("queue.trace WHERE attempts = 1"));
    }

    [Fact]
    public async Task OldMessageIsGivenUpAndTheSenderHearsWhatTheLastTryMet()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Deferred));
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 1 AND epoch = 0") == 1, "it waits");
        await cell.ExecuteAsync("UPDATE queue.recipient SET accepted_at = now() - interval '6 days', next_attempt_at = now()");
        await cell.IsEmptyAsync();

        await node.Reporter.HasAsync(1);
        Assert.Equal("5.4.7 Given up after 144 hours; last: 450 2.0.0 As told", Assert.Single(Assert.Single(node.Reporter.Reports, report => report.Kind == ReportKind.Failed).Recipients).LastReply);
        Assert.Equal(1, await cell.CountAsync("queue.trace WHERE outcome = 4"));
    }

    [Fact]
    public async Task DelayIsToldOnce()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Deferred));
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 1 AND epoch = 0") == 1, "it waits");
        await cell.ExecuteAsync("UPDATE queue.recipient SET accepted_at = now() - interval '5 hours', next_attempt_at = now()");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE delay_reported AND epoch = 0 AND attempts = 2") == 1, "the delay is told");
        await cell.ExecuteAsync("UPDATE queue.recipient SET next_attempt_at = now()");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 3 AND epoch = 0") == 1, "it was tried again");
        Assert.Equal(ReportKind.Delayed, Assert.Single(node.Reporter.Reports).Kind);
    }

    [Fact]
    public async Task NothingMoreIsSentWhileOutcomesCannotBeCommitted()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTransport transport = new(AttemptStatus.Delivered);
        QueueCell.Node node = await cell.StartAsync(transport, options: new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50), UncommittedOutcomes = 5, FirstWindow = 1, LargestWindow = 1 });
        await cell.ExecuteAsync("ALTER TABLE queue.trace RENAME TO away");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => node.SendAsync($"u{i}@x.test")));
        await Eventually.HoldsAsync(() => Task.FromResult(transport.Attempts.Count > 0), "sending began");
        await cell.ExecuteAsync("SELECT pg_sleep(0.5)");
        Assert.InRange(transport.Attempts.Count, 1, 7);

        await cell.ExecuteAsync("ALTER TABLE queue.away RENAME TO trace");
        await cell.IsEmptyAsync();
        Assert.Equal(100, transport.Attempts.Count);
        Assert.Equal(100, await cell.CountAsync("queue.trace"));
    }

    [Fact]
    public async Task ClaimIsFairBetweenTenants()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeTransport transport = new(async (attempt, _) =>
        {
            await open.Task;
            return FakeTransport.All(attempt, AttemptStatus.Delivered);
        });
        QueueCell.Node idle = await cell.StartAsync(transport, "idle", isRunning: false);
        await idle.SendAsync(string.Join(' ', Enumerable.Range(0, 900).Select(i => $"u{i}@d{i}.test")), customer: 1);
        await idle.SendAsync("late@y.test", customer: 2);
        await cell.StartAsync(transport, "node1", new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50), HeldRecipients = 60, ClaimRecipientsPerTenant = 50, ClaimRecipients = 60, Connections = 4 });
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE epoch <> 0 AND address = 'late@y.test'") == 1, "the small tenant's mail is claimed");
        Assert.InRange(await cell.CountAsync("queue.recipient WHERE epoch = 0"), 800, 900);
        open.SetResult();
        await cell.IsEmptyAsync();
    }

    [Fact]
    public async Task DrainGivesBackWhatItHasNotSent()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeTransport transport = new(async (attempt, _) =>
        {
            await open.Task;
            return FakeTransport.All(attempt, AttemptStatus.Delivered);
        });
        QueueCell.Node node = await cell.StartAsync(transport, options: new QueueOptions { FirstWindow = 1, LargestWindow = 1 });
        for (int i = 0; i < 5; i++)
            await node.SendAsync($"u{i}@x.test");
        await Eventually.HoldsAsync(() => Task.FromResult(transport.Attempts.Count == 1), "the first is under way");
        Task stopping = node.Queue.StopAsync();
        open.SetResult();
        await stopping;
        Assert.Equal(4, await cell.CountAsync("queue.recipient WHERE epoch = 0 AND attempts = 0"));
        Assert.Equal(1, await cell.CountAsync("queue.trace WHERE outcome = 1"));
    }

    [Fact]
    public async Task RowsOfThisEpochThatNobodyHoldsAreFreed()
    {
        await using QueueCell cell = await QueueCell.CreateAsync();
        FakeTimeProvider clock = new();
        QueueCell.Node node = await cell.StartAsync(new FakeTransport(AttemptStatus.Deferred), clock: clock);
        await node.SendAsync("a@x.test");
        await Eventually.HoldsAsync(async () => await cell.CountAsync("queue.recipient WHERE attempts = 1 AND epoch = 0") == 1, "it waits");
        await cell.ExecuteAsync($"UPDATE queue.recipient SET epoch = {node.Lease.Node.Epoch}");     // as a commit leaves it that was given up and happened
        await Eventually.HoldsAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(61));
                await node.Lease.RenewAsync(CancellationToken.None);
                return await cell.CountAsync("queue.recipient WHERE epoch = 0") == 1;
            },
            "it is free again");
    }
}
