using CsCheck;
using Mailfleet.Queue.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Queue.Tests;

/// <summary>Any order of arrivals, turns, ends and pauses: the schedule against what must always be true of it.</summary>
public sealed class ScheduleModel
{
    private static readonly QueueOptions Options = new() { Connections = 6, FirstWindow = 2, LargestWindow = 3, RecipientsPerTransaction = 2 };

    private static readonly Gen<Step> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 5], (kind, hop, customer, lane, pick) => new Step(kind, hop, customer, lane, pick));

    [Fact]
    public void NothingIsLostNothingIsTwiceAndFreeSlotsAreUsed() => Steps.Array[1, 120].Sample(Run);

    private static void Run(Step[] steps)
    {
        FakeTimeProvider clock = new();
        Schedule schedule = new(Options, clock);
        HashSet<RecipientKey> waiting = [];
        List<Attempt> underWay = [];
        Dictionary<string, int> windowAtMost = [];
        int next = 0;
        foreach (Step step in steps)
        {
            switch (step.Kind)
            {
                case < 4:
                    QueueEntry entry = Entries.Of(next / 3, next++, step.Customer, step.Lane == 1 ? Lane.Lists : Lane.Interactive, step.Lane == 2 ? 1 : 0, $"h{step.Hop}");
                    if (schedule.Add(entry, entry.Domain) is null)
                        waiting.Add(entry.Key);
                    break;
                case < 7:
                    Take();
                    break;
                case < 9 when underWay.Count > 0:
                    Attempt ended = underWay[step.Pick % underWay.Count];
                    underWay.Remove(ended);
                    (IReadOnlyList<QueueEntry> back, _) = schedule.End(ended, step.Hop switch { 0 => SiteHealth.Down, 1 => SiteHealth.Busy, _ => SiteHealth.Fine });
                    Assert.All(back, gone => Assert.True(waiting.Remove(gone.Key)));
                    break;
                case 9:
                    clock.Advance(TimeSpan.FromSeconds(step.Pick * 20));
                    schedule.Sweep();
                    break;
            }

            Assert.Equal(waiting.Count, schedule.Waiting);
            Assert.Equal(underWay.Count, schedule.InFlight);
        }

        // In the end everything goes well: all that waits leaves, whatever happened before.
        clock.Advance(TimeSpan.FromHours(2));
        while (Take() || underWay.Count > 0)
        {
            foreach (Attempt attempt in underWay.ToArray())
                Assert.Empty(schedule.End(attempt, SiteHealth.Fine).SentBack);
            underWay.Clear();
        }

        Assert.Empty(waiting);

        bool Take()
        {
            bool any = false;
            while (schedule.Take() is { } attempt)
            {
                any = true;
                Assert.InRange(attempt.Recipients.Count, 1, Options.RecipientsPerTransaction);
                Assert.Single(attempt.Recipients.Select(entry => (entry.Key.Message, entry.From, entry.Domain)).Distinct());
                Assert.All(attempt.Recipients, entry => Assert.True(waiting.Remove(entry.Key)));
                underWay.Add(attempt);
                Assert.InRange(underWay.Count, 1, Options.Connections);
                Assert.InRange(underWay.Count(other => other.Hop == attempt.Hop), 1, Options.LargestWindow);
            }

            return any;
        }
    }

    private readonly record struct Step(int Kind, int Hop, int Customer, int Lane, int Pick);
}
