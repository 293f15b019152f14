using System.Diagnostics;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Server;

namespace Mailfleet.Bench.Tests;

public sealed class FigureTests
{
    [Fact]
    public void CountersAreSummedOverTheirLabels() => Assert.Equal(new StoreCounters(7, 12), StoreCounters.Parse(
        """
        # TYPE mailfleet_store_sync_messages histogram
        mailfleet_store_sync_messages_bucket{otel_scope_name="Mailfleet.Store",le="1"} 3 1732700000000
        mailfleet_store_sync_messages_count{otel_scope_name="Mailfleet.Store"} 7 1732700000000
        mailfleet_store_commit_messages_count{otel_scope_name="Mailfleet.Store",outcome="done"} 10 1732700000000
        mailfleet_store_commit_messages_count{otel_scope_name="Mailfleet.Store",outcome="failed"} 2 1732700000000
        mailfleet_store_commit_messages_counted 99
        """));

    [Fact]
    public void WhatHasNotCountedYetIsZero() => Assert.Equal(default, StoreCounters.Parse("# EOF\n"));

    [Fact]
    public void PercentilesAreThoseOfTheSortedLatencies()
    {
        long millisecond = Stopwatch.Frequency / 1000;
        LoadResult result = LoadResult.From([.. Enumerable.Range(1, 200).Reverse().Select(x => x * millisecond)], TimeSpan.FromSeconds(2), null);
        Assert.Equal(100, result.PerSecond);
        Assert.Equal(101, result.P50, tolerance: 0.01);
        Assert.Equal(199, result.P99, tolerance: 0.01);
        Assert.Equal(200, result.Max, tolerance: 0.01);
    }
}
