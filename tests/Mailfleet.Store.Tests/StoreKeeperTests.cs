using Mailfleet.Cell;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Keeping;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class StoreKeeperTests(CellTemplate template)
{
    private const string OldChange = "INSERT INTO mail.change (mailbox_id, modseq, email_id, kind, changed_at) VALUES (1, 1, 99, 9, now() - interval '31 days')";

    [Fact]
    public async Task TidiesSoonAfterTheStartThenHourlyAndGoesOnAfterAFault()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 1_000 }, disk);
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        await store.DeleteAsync(alice, [1, 2], CancellationToken.None);
        int before = disk.List().Count;
        FakeTimeProvider clock = new();
        FaultCount faults = new();
        StoreKeeper keeper = new(store, clock, faults) { Compaction = new CompactionOptions { MinAge = TimeSpan.Zero, Grace = TimeSpan.Zero } };
        using CancellationTokenSource stop = new();
        Task running = keeper.RunAsync(stop.Token);
        Assert.Equal(before, disk.List().Count);

        clock.Advance(StoreKeeper.StartDelay);
        await Eventually.HoldsAsync(() => Task.FromResult(disk.List().Count < before), "the first round removes what is garbage");

        await cell.ExecuteAsync("ALTER TABLE mail.change RENAME TO away");
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(StoreKeeper.Interval);
                return Task.FromResult(faults.Count > 0);
            },
            "a round without its table is told");
        await cell.ExecuteAsync("ALTER TABLE mail.away RENAME TO change");
        await cell.ExecuteAsync(OldChange);
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(StoreKeeper.Interval);
                return cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.change WHERE changed_at < now() - interval '30 days')");
            },
            "a later round forgets the old change");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private sealed class FaultCount : ILogger<StoreKeeper>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                Interlocked.Increment(ref _count);
        }
    }
}
