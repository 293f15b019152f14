using Mailfleet.Bench.Rows;

namespace Mailfleet.Bench.Tests;

public sealed class GoalTests
{
    [Fact]
    public void EveryPartMustHold()
    {
        Goal goal = new(AtLeast: 100, TimesPeer: 5, RecordedPeer: 30, ShareOfCeiling: 0.5);
        Assert.True(goal.Judge(150, peer: null, ceiling: 300));
        Assert.False(goal.Judge(149, peer: null, ceiling: 200)); // five times the recorded peer
        Assert.False(goal.Judge(150, peer: null, ceiling: 301)); // half of the ceiling
        Assert.False(goal.Judge(99, peer: 1, ceiling: 1));       // at least
    }

    [Fact]
    public void APeerMeasuredHereGoesBeforeTheRecordedOne()
    {
        Goal goal = new(TimesPeer: 5, RecordedPeer: 350);
        Assert.True(goal.Judge(500, peer: 100, ceiling: null));
        Assert.False(goal.Judge(500, peer: null, ceiling: null));
    }

    [Fact]
    public void LessIsBetterWhereTheGoalIsALimit()
    {
        Assert.True(new Goal(AtMost: 30).Judge(30, null, null));
        Assert.False(new Goal(AtMost: 30).Judge(30.1, null, null));
    }

    [Fact]
    public void NothingIsDecidedWithoutAGoalOrWithoutWhatItComparesTo()
    {
        Assert.Null(new Goal().Judge(1, 1, 1));
        Assert.Null(new Goal(ShareOfCeiling: 0.5).Judge(1, null, null));
    }

    [Fact]
    public void ARowWithAFaultNeverPasses() =>
        Assert.False(RowResult.Of("smtp", "work", 1, "/s", new Goal(AtLeast: 1), 1000, null, null, "421 busy").Pass);
}
