using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class CompactionTests(CellTemplate template)
{
    private static readonly CompactionOptions AtOnce = new() { MinAge = TimeSpan.Zero, Grace = TimeSpan.Zero };

    [Fact]
    public async Task SpaceOfDeletedMailIsGivenBackAndTheRestIsKept()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 10_000 }, disk);
        for (int i = 1; i <= 30; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        long before = disk.List().Values.Sum();
        await store.DeleteAsync(alice, [.. Enumerable.Range(1, 30).Where(id => id % 3 != 0).Select(id => (long)id)], CancellationToken.None);

        CompactionResult result = await store.CompactAsync(AtOnce, CancellationToken.None);

        Assert.Equal(2, result.Emptied);
        Assert.Equal(2, result.Removed);
        Assert.InRange(disk.List().Values.Sum(), 0, before - result.FreedBytes + result.CopiedBytes);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => Message(i * 3, 1_000)), await store.ReadInboxAsync(alice));
        await AssertCleanAsync(cell, disk);
    }

    [Fact]
    public async Task LocatedMessageIsFoundWhereCompactionHasMovedIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 10_000 }, new FaultyDisk());
        for (int i = 1; i <= 30; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        IReadOnlyList<MessagePlace> places = await store.LocateAsync(alice, [3, 6, 999], CancellationToken.None);
        await store.DeleteAsync(alice, [.. Enumerable.Range(1, 30).Where(id => id % 3 != 0).Select(id => (long)id)], CancellationToken.None);
        Assert.Equal(2, (await store.CompactAsync(AtOnce, CancellationToken.None)).Removed);

        Assert.Equal([3L, 6L], places.Select(place => place.EmailId).Order());
        await using (MessageReader? reader = await store.OpenMessageAsync(alice, places.Single(place => place.EmailId == 3), CancellationToken.None))
            Assert.NotNull(reader);
        await store.DeleteAsync(alice, [6], CancellationToken.None);
        Assert.Null(await store.OpenMessageAsync(alice, places.Single(place => place.EmailId == 6), CancellationToken.None));
    }

    [Fact]
    public async Task ChangesAreForgottenByAgeAndTheCheckStaysClean()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i), alice);
        await store.DeleteAsync(alice, [3], CancellationToken.None);
        await cell.ExecuteAsync(
            """
            UPDATE mail.change SET changed_at = now() - interval '31 days' WHERE modseq <= 2;
            UPDATE mail.message SET received_at = now() - interval '31 days' WHERE modseq <= 2;
            UPDATE mail.change SET changed_at = now() - interval '29 days' WHERE modseq = 3
            """);

        Assert.Equal(2, await store.PruneChangesAsync(TimeSpan.FromDays(30), CancellationToken.None));
        Assert.Equal(0, await store.PruneChangesAsync(TimeSpan.FromDays(30), CancellationToken.None));

        Assert.Equal("3:1,4:1,5:9", await cell.ReadAsync<string>("SELECT string_agg(modseq || ':' || kind, ',' ORDER BY modseq) FROM mail.change"));
        await AssertCleanAsync(cell, disk);
    }

    [Fact]
    public async Task SegmentsStayWhileTheyAreOpenYoungNeededOrInTheirGrace()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 1_500 }, disk);
        for (int i = 1; i <= 6; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        Assert.Equal(3, disk.List().Count);

        Assert.Equal(new CompactionResult(0, 0, 0, 0), await store.CompactAsync(AtOnce, CancellationToken.None));
        await store.DeleteAsync(alice, [1, 2, 5, 6], CancellationToken.None);
        Assert.Equal(new CompactionResult(0, 0, 0, 0), await store.CompactAsync(AtOnce with { MinAge = TimeSpan.FromHours(1) }, CancellationToken.None));
        Assert.Equal(new CompactionResult(1, 0, 0, 0), await store.CompactAsync(AtOnce with { Grace = TimeSpan.FromHours(1) }, CancellationToken.None));
        Assert.Equal(3, disk.List().Count);

        CompactionResult last = await store.CompactAsync(AtOnce, CancellationToken.None);

        Assert.Equal((0, 1), (last.Emptied, last.Removed));
        Assert.Equal(2, disk.List().Count);
        Assert.Equal([Message(3, 1_000), Message(4, 1_000)], await store.ReadInboxAsync(alice));
        await AssertCleanAsync(cell, disk);
    }

    [Fact]
    public async Task DamagedRecordKeepsItsSegmentAndTheOthersAreMoved()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using (MailStore first = await cell.OpenAsync(disk: disk))
        {
            for (int i = 1; i <= 6; i++)
                await first.DeliverAsync(Message(i, 1_000), alice);
            await first.DeleteAsync(alice, [1, 2, 3, 4], CancellationToken.None);
        }

        disk.Damage(await cell.ReadAsync<long>("SELECT segment_id FROM mail.blob WHERE id = (SELECT blob_id FROM mail.message WHERE uid = 5)"), (4 * 1_060) + 500);
        await using MailStore store = await cell.OpenAsync(disk: disk);

        Assert.Equal(0, (await store.CompactAsync(AtOnce, CancellationToken.None)).Emptied);

        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(DISTINCT segment_id) FROM mail.blob WHERE id IN (SELECT blob_id FROM mail.message)"));
        await Assert.ThrowsAsync<IOException>(() => store.ReadAsync(alice, 5));
        Assert.EndsWith(Convert.ToHexString(Message(6, 1_000)), Convert.ToHexString(await store.ReadAsync(alice, 6)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeThatWasAwayTooLongLosesItsSegmentAndGoesOnInAnother()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore paused = await cell.OpenAsync(disk: disk, node: "paused");
        await paused.DeliverAsync(Message(1), alice);
        await cell.ExecuteAsync("UPDATE queue.node SET expires_at = now() - interval '1 s'");
        await using MailStore store = await cell.OpenAsync(disk: disk, node: "other");

        await store.CompactAsync(AtOnce, CancellationToken.None);

        Assert.Equal(DeliveryStatus.Failed, (await paused.DeliverAsync(Message(2), alice)).Status);
        Assert.Equal(DeliveryStatus.Stored, (await paused.DeliverAsync(Message(3), alice)).Status);
        Assert.Equal([Message(1), Message(3)], await store.ReadInboxAsync(alice));
        await AssertCleanAsync(cell, disk);
    }

    [Fact]
    public async Task DeliveringAndDeletingForEverDoesNotFillTheDisk()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 20_000, StreamThresholdBytes = 30_000 }, disk);

        for (long i = 0; i < 20; i++)
        {
            await store.DeliverAsync(Message(1, 10_000), alice);
            await store.DeliverAsync(Message(2, 40_000), alice);
            await store.DeleteAsync(alice, [(2 * i) + 1, (2 * i) + 2], CancellationToken.None);
            await store.CompactAsync(AtOnce, CancellationToken.None);
            Assert.InRange(disk.List().Values.Sum(), 0, 60_000);
        }

        await AssertCleanAsync(cell, disk);
    }

    /// <summary>Two nodes deliver, read and delete while both try to compact without any grace: readers must find what has moved.</summary>
    [Fact]
    public async Task NothingIsMissingOrDoubledWhileCompactionRuns()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        StoreOptions options = cell.Options with { SegmentBytes = 5_000, StreamThresholdBytes = 8_000 };
        await using MailStore first = await cell.OpenAsync(options, disk, "node1");
        await using MailStore second = await cell.OpenAsync(options, disk, "node2");
        using CancellationTokenSource stop = new();
        Task compacting = Task.WhenAll(new[] { first, second }.Select(async store =>
        {
            while (!stop.IsCancellationRequested)
                await store.CompactAsync(AtOnce, CancellationToken.None);
        }));

        for (int round = 0; round < 15; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? first : second).DeliverAsync(Message((round * 6) + i, i == 5 ? 9_000 : 1_000), alice)));
            FolderSnapshot inbox = await second.OpenInboxAsync(alice, CancellationToken.None);
            foreach (SnapshotMessage message in inbox.Messages)
                await (message.Uid % 2 == 0 ? first : second).ReadAsync(alice, message.EmailId);
            await first.DeleteAsync(alice, [.. inbox.Messages.Where(message => message.Uid % 3 != 0).Select(message => message.EmailId)], CancellationToken.None);
        }

        await stop.CancelAsync();
        await compacting;
        Assert.Equal(30, (await first.ReadInboxAsync(alice)).Select(Convert.ToHexString).Distinct().Count());
        await AssertCleanAsync(cell, disk);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PowerCutAtAnyDiskOperationOfACompactionLosesNothing(int seed)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        StoreOptions options = cell.Options with { SegmentBytes = 4_000 };
        Random random = new(seed);
        FaultyDisk disk = new();
        int copied = 0;
        bool hasGotThrough = false;
        List<byte[]> kept = [];
        for (int cut = 1; !hasGotThrough; cut++)
        {
            // Fill with the power on, delete most of it, then compact until the power goes.
            await using (MailStore filling = await cell.OpenAsync(options, disk))
            {
                for (int i = 0; i < 12; i++)
                {
                    byte[] content = Message(random.Next(), 1_000);
                    Assert.Equal(DeliveryStatus.Stored, (await filling.DeliverAsync(content, alice)).Status);
                    if (i % 3 == 0)
                        kept.Add(content);
                    else
                        await filling.DeleteAsync(alice, [(await filling.OpenInboxAsync(alice, CancellationToken.None)).Messages[^1].EmailId], CancellationToken.None);
                }
            }

            disk = disk.AfterPowerCut(random);
            disk.PowerCutAt = cut;
            try
            {
                await using MailStore store = await cell.OpenAsync(options, disk);
                copied += (int)(await store.CompactAsync(AtOnce, CancellationToken.None)).CopiedBytes;
            }
            catch (IOException) when (disk.IsPowerLost)
            {
                // The cut that this round is about.
            }

            hasGotThrough = !disk.IsPowerLost;
            disk = disk.AfterPowerCut(random);
            await AssertCleanAsync(cell, disk);
        }

        Assert.True(copied > 0);
        await using MailStore last = await cell.OpenAsync(options, disk);
        Assert.Equal(kept, await last.ReadInboxAsync(alice));
    }

    private static async Task AssertCleanAsync(TestCell cell, FaultyDisk disk) =>
        Assert.Equal([], (await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems.Select(problem => problem.Text));
}
