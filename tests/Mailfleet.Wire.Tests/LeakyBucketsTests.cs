using Mailfleet.Wire.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Wire.Tests;

public sealed class LeakyBucketsTests
{
    private readonly FakeTimeProvider _clock = new();

    // Who fills the table with fresh keys must not push out what stands against them.
    [Fact]
    public void FloodOfKeysKeepsMemoryBoundedAndFullBucketsFull()
    {
        LeakyBuckets<int> buckets = new(new BucketLimit(5, 1), 100, _clock);
        for (int i = 0; i < 5; i++)
            buckets.Add(-1);
        for (int key = 0; key < 10_000; key++)
            buckets.Add(key);
        Assert.Equal(100, buckets.Count);
        Assert.True(buckets.IsFull(-1));
    }

    [Fact]
    public void TakingBackNeverLeavesCredit()
    {
        LeakyBuckets<int> buckets = new(new BucketLimit(2, 3600), 10, _clock);
        buckets.Add(1);
        _clock.Advance(TimeSpan.FromHours(1));
        buckets.TakeBack(1);
        buckets.TakeBack(1);
        buckets.TakeBack(2);
        Assert.Equal(0, buckets.LevelOf(1));
        buckets.Add(1);
        buckets.Add(1);
        Assert.True(buckets.IsFull(1));
    }

    [Fact]
    public void SmallerTableKeepsTheFullestAndANewLimitCountsAtOnce()
    {
        LeakyBuckets<int> buckets = new(new BucketLimit(5, 1), 100, _clock);
        for (int key = 0; key < 100; key++)
            buckets.Add(key, key == 7 ? 4 : 1);
        buckets.Resize(10);
        Assert.Equal((10, 4.0, false), (buckets.Count, buckets.LevelOf(7), buckets.IsFull(7)));
        buckets.Limit = new BucketLimit(4, 1);
        Assert.True(buckets.IsFull(7));
        for (int key = 200; key < 220; key++)
            Assert.True(buckets.Add(key) > 0);
        Assert.Equal((10, true), (buckets.Count, buckets.IsFull(7)));
    }

    [Fact]
    public void OneSlotServes()
    {
        LeakyBuckets<int> buckets = new(new BucketLimit(1, 1), 1, _clock);
        for (int key = 0; key < 10; key++)
            Assert.Equal(1, buckets.Add(key));
        Assert.Equal(1, buckets.Count);
    }
}
