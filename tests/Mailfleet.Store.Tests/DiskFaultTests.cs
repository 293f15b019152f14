using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class DiskFaultTests(CellTemplate template)
{
    [Theory]
    [InlineData(true, 500)]
    [InlineData(false, 500)]
    [InlineData(true, 2_000_000)]
    [InlineData(false, 2_000_000)]
    public async Task FailedWriteOrSyncIsNeverRetriedOnTheSameFile(bool isWrite, int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1, length), alice)).Status);

        disk.FailNextWrite = isWrite;
        disk.FailNextSync = !isWrite;
        Assert.Equal(DeliveryStatus.Failed, (await store.DeliverAsync(Message(2, length), alice)).Status);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(3, length), alice)).Status);

        Assert.Equal([Message(1, length), Message(3, length)], await store.ReadInboxAsync(alice));
        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(DISTINCT segment_id) FROM mail.blob"));
        FaultyDisk afterwards = disk.AfterPowerCut(new Random(1));
        Assert.True((await StoreCheck.RunAsync(afterwards, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).IsClean);
    }

    [Fact]
    public async Task NoRowRefersToBytesBeforeTheirSyncHasReturned()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        using ManualResetEventSlim gate = new();
        FaultyDisk disk = new() { SyncGate = gate };
        await using MailStore store = await cell.OpenAsync(disk: disk);

        Task<DeliveryResult>[] held = [.. Enumerable.Range(0, 20).Select(i => store.DeliverAsync(Message(i), alice))];
        Assert.Equal(0, await cell.ReadAsync<long>("SELECT count(*) FROM mail.blob"));
        Assert.DoesNotContain(held, delivery => delivery.IsCompleted);
        gate.Set();

        Assert.All(await Task.WhenAll(held), result => Assert.Equal(DeliveryStatus.Stored, result.Status));

        // The first sync took what was there, the second all that had gathered meanwhile.
        Assert.InRange(disk.Syncs, 1, 2);
    }

    [Fact]
    public async Task NextBatchIsWrittenAndSyncedWhileOneWaitsForItsCommit()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await using NpgsqlConnection other = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction holder = await other.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new("LOCK TABLE mail.blob IN EXCLUSIVE MODE", other))
            await hold.ExecuteNonQueryAsync();

        Task<DeliveryResult> first = store.DeliverAsync(Message(1), alice);
        await UntilAsync(() => disk.Syncs == 1);
        Task<DeliveryResult> second = store.DeliverAsync(Message(2), alice);
        await UntilAsync(() => disk.Syncs == 2);
        Assert.False(first.IsCompleted);
        await holder.RollbackAsync();

        Assert.Equal(DeliveryStatus.Stored, (await first).Status);
        Assert.Equal(DeliveryStatus.Stored, (await second).Status);
    }

    [Fact]
    public async Task SegmentsRollAndAreSealedAfterTheirLastCommit()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using (MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 2_000 }))
        {
            for (int i = 0; i < 10; i++)
                Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(i, 1_000), alice)).Status);
            Assert.Equal(10, (await store.ReadInboxAsync(alice)).Count);
            Assert.Equal(5, await cell.ReadAsync<long>("SELECT count(DISTINCT segment_id) FROM mail.blob"));
            Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM mail.segment WHERE state = 0"));
        }

        Assert.Equal(0, await cell.ReadAsync<long>("SELECT count(*) FROM mail.segment WHERE state = 0"));
    }

    [Fact]
    public async Task RestartSealsWhatTheLastStartLeftAndFencesIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore old = await cell.OpenAsync(disk: disk);
        Assert.Equal(DeliveryStatus.Stored, (await old.DeliverAsync(Message(1), alice)).Status);

        await using MailStore now = await cell.OpenAsync(disk: disk);

        Assert.Equal(DeliveryStatus.Stored, (await now.DeliverAsync(Message(2), alice)).Status);
        Assert.Equal(DeliveryStatus.Failed, (await old.DeliverAsync(Message(3), alice)).Status);
        Assert.Equal(DeliveryStatus.Failed, (await old.DeliverAsync(Message(4, 2_000_000), alice)).Status);
        Assert.Equal([Message(1), Message(2)], await now.ReadInboxAsync(alice));
        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM mail.segment WHERE state = 0"));
    }

    [Fact]
    public async Task LargeMessageIsNeverHeldWhole()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await using IncomingMessage message = store.Receive();
        byte[] piece = new byte[3_000_000];

        for (int i = 0; i < 10; i++)
        {
            await message.WriteAsync(piece, CancellationToken.None);
            Assert.InRange(message.Pieces.Sum(held => (long)held.Length), 0, cell.Options.StreamThresholdBytes);
        }

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(message, [new DeliveryTarget(alice, "", "alice@a.test")])).Status);
        Assert.Equal(30_000_000 + "Return-Path: <>\r\nDelivered-To: alice@a.test\r\n".Length, (await store.ReadAsync(alice, 1)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LargeMessageThatIsNotStoredLeavesNoFile(bool isRefused)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice", quotaBytes: 1_000);
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await using (IncomingMessage message = store.Receive())
        {
            await message.WriteAsync(new byte[2_000_000], CancellationToken.None);
            Assert.Equal(2, disk.List().Count);
            if (isRefused)
                Assert.Equal(DeliveryStatus.OverQuota, (await store.DeliverAsync(message, [new DeliveryTarget(alice, "", "alice@a.test")])).Status);
        }

        Assert.Single(disk.List());
        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM mail.segment"));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
