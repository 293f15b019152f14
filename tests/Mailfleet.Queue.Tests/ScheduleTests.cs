using Mailfleet.Queue.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Queue.Tests;

public sealed class ScheduleTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void TenantsTakeTurnsHoweverMuchOneHas()
    {
        Schedule schedule = new(new QueueOptions { Connections = 10 }, _clock);
        for (int i = 0; i < 1_000; i++)
            schedule.Add(Entries.Of(i, customer: 1, domain: $"d{i}.test"), $"d{i}.test");
        for (int i = 0; i < 5; i++)
            schedule.Add(Entries.Of(2_000 + i, customer: 2), "a.test");

        long[] order = [.. Enumerable.Range(0, 10).Select(_ => schedule.Take()!.Message.Customer)];
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2, 1, 2], order);
    }

    [Fact]
    public void TenantsTakeTurnsAtABusyDestinationToo()
    {
        Schedule schedule = new(new QueueOptions { FirstWindow = 1, LargestWindow = 1 }, _clock);
        for (int i = 0; i < 100; i++)
            schedule.Add(Entries.Of(i, customer: 1), "a.test");
        Attempt first = schedule.Take()!;
        schedule.Add(Entries.Of(200, customer: 2), "a.test");
        Assert.Null(schedule.Take());

        schedule.End(first, SiteHealth.Fine);
        Attempt second = schedule.Take()!;
        schedule.End(second, SiteHealth.Fine);
        Assert.Contains(2, (long[])[second.Message.Customer, schedule.Take()!.Message.Customer]);
    }

    [Fact]
    public void ListsAndRetriesDoNotHoldUpWhatPeopleSend()
    {
        Schedule schedule = new(new QueueOptions { Connections = 10 }, _clock);
        for (int i = 0; i < 100; i++)
        {
            schedule.Add(Entries.Of(i, lane: Lane.Lists, domain: $"l{i}"), $"l{i}");
            schedule.Add(Entries.Of(100 + i, attempts: 1, domain: $"r{i}"), $"r{i}");
            schedule.Add(Entries.Of(200 + i, domain: $"i{i}"), $"i{i}");
        }

        string[] kinds = [.. Enumerable.Range(0, 10).Select(_ => schedule.Take()!.Hop[..1])];
        Assert.Equal(6, kinds.Count(kind => kind == "i"));
        Assert.Equal(2, kinds.Count(kind => kind == "l"));
        Assert.Equal(2, kinds.Count(kind => kind == "r"));
    }

    [Fact]
    public void RecipientsOfOneMessageShareATransactionUpToALimit()
    {
        Schedule schedule = new(new QueueOptions { RecipientsPerTransaction = 100 }, _clock);
        for (int i = 0; i < 250; i++)
            schedule.Add(Entries.Of(1, i), "a.test");
        schedule.Add(Entries.Of(1, 999, from: "other@b.test"), "a.test");
        Assert.Equal([100, 100, 50, 1], Enumerable.Range(0, 4).Select(_ => schedule.Take()!.Recipients.Count));
    }

    [Fact]
    public void WindowGrowsWhileAllGoesWellAndShrinksOnRequest()
    {
        Schedule schedule = new(new QueueOptions { FirstWindow = 2, LargestWindow = 4 }, _clock);
        for (int i = 0; i < 1_000; i++)
            schedule.Add(Entries.Of(i), "a.test");
        List<Attempt> underWay = Fill();
        Assert.Equal(2, underWay.Count);
        for (int round = 0; round < 10; round++)
        {
            underWay.ForEach(attempt => schedule.End(attempt, SiteHealth.Fine));
            underWay = Fill();
        }

        Assert.Equal(4, underWay.Count);
        schedule.End(underWay[0], SiteHealth.Busy);
        underWay.Skip(1).ToList().ForEach(attempt => schedule.End(attempt, SiteHealth.Fine));
        Assert.InRange(Fill().Count, 2, 3);

        List<Attempt> Fill()
        {
            List<Attempt> taken = [];
            while (schedule.Take() is { } attempt)
                taken.Add(attempt);
            return taken;
        }
    }

    [Fact]
    public void DestinationIsDownWhenAllThatWasUnderWayFailedAndIsTriedAgainWithOne()
    {
        Schedule schedule = new(new QueueOptions { FirstWindow = 2, DownFor = TimeSpan.FromSeconds(30) }, _clock);
        for (int i = 0; i < 10; i++)
            schedule.Add(Entries.Of(i), "a.test");
        Attempt one = schedule.Take()!;
        Attempt two = schedule.Take()!;
        Assert.Empty(schedule.End(one, SiteHealth.Down).SentBack);
        Assert.Null(schedule.Take());
        (IReadOnlyList<QueueEntry> back, TimeSpan wait) = schedule.End(two, SiteHealth.Down);
        Assert.Equal((8, TimeSpan.FromSeconds(30)), (back.Count, wait));
        Assert.Equal(wait, schedule.Add(Entries.Of(50), "a.test"));

        _clock.Advance(wait);
        for (int i = 0; i < 10; i++)
            Assert.Null(schedule.Add(Entries.Of(i), "a.test"));
        Attempt probe = schedule.Take()!;
        Assert.Null(schedule.Take());
        (back, wait) = schedule.End(probe, SiteHealth.Down);
        Assert.Equal((9, TimeSpan.FromSeconds(60)), (back.Count, wait));      // twice as long

        _clock.Advance(wait);
        schedule.Add(Entries.Of(1), "a.test");
        schedule.End(schedule.Take()!, SiteHealth.Fine);
        for (int i = 0; i < 10; i++)
            schedule.Add(Entries.Of(i), "a.test");
        Assert.NotNull(schedule.Take());
        Assert.NotNull(schedule.Take());
    }

    [Fact]
    public void RemovedRecipientsNeverGetATurn()
    {
        Schedule schedule = new(new QueueOptions(), _clock);
        for (int i = 0; i < 5; i++)
            schedule.Add(Entries.Of(1, i), "a.test");
        Assert.Equal([new(1, 0), new(1, 3)], schedule.Remove([new(1, 0), new(1, 3), new(9, 9)]));
        Assert.Equal([1, 2, 4], schedule.Take()!.Recipients.Select(entry => entry.Key.Number));
    }
}
