using Mailfleet.Cell;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class ReadingTests(CellTemplate template)
{
    [Fact]
    public async Task EmptyInboxHasAUidValidityThatStays()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        FolderSnapshot before = await store.OpenInboxAsync(alice, CancellationToken.None);
        await store.DeliverAsync(Message(1), alice);
        FolderSnapshot after = await store.OpenInboxAsync(alice, CancellationToken.None);

        Assert.Empty(before.Messages);
        Assert.NotEqual(0u, before.UidValidity);
        Assert.Equal(before.UidValidity, after.UidValidity);
        Assert.Single(after.Messages);
    }

    [Fact]
    public async Task ListIsKeptWhileTheFolderStaysAndReadAgainWhenAnyNodeChangesIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await using MailStore other = await cell.OpenAsync(node: "other");
        await store.DeliverAsync(Message(1), alice);
        await store.DeliverAsync(Message(2), alice);

        FolderSnapshot first = await store.OpenInboxAsync(alice, CancellationToken.None);
        Assert.Same(first, await store.OpenInboxAsync(alice, CancellationToken.None));
        await other.DeliverAsync(Message(3), alice);
        Assert.Equal(3, (await store.OpenInboxAsync(alice, CancellationToken.None)).Messages.Count);
        await other.DeleteAsync(alice, [1, 2, 3], CancellationToken.None);
        FolderSnapshot empty = await store.OpenInboxAsync(alice, CancellationToken.None);
        Assert.Empty(empty.Messages);
        Assert.Same(empty, await store.OpenInboxAsync(alice, CancellationToken.None));
        Assert.Equal(2, first.Messages.Count);
    }

    [Fact]
    public async Task ListIsReadAgainWhenALargeDeleteIsDecidedThoughNoRowIsGoneYet()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 3; i++)
            await store.DeliverAsync(Message(i), alice);
        Assert.Equal(3, (await store.OpenInboxAsync(alice, CancellationToken.None)).Messages.Count);

        await cell.ExecuteAsync($"INSERT INTO mail.deletion (mailbox_id, folder_id, uids) VALUES ({alice.Value}, 1, '{{[1,3)}}')");

        Assert.Equal([3u], (await store.OpenInboxAsync(alice, CancellationToken.None)).Messages.Select(message => message.Uid));
    }

    [Fact]
    public async Task ListsBeyondTheRoomForThemAreReadEachTime()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync(cell.Options with { KeptSnapshotMessages = 20 });
        await store.DeliverAsync(Message(1), alice);
        await store.DeliverAsync(Message(2), bob);

        FolderSnapshot first = await store.OpenInboxAsync(alice, CancellationToken.None);
        Assert.Same(first, await store.OpenInboxAsync(alice, CancellationToken.None));
        await store.OpenInboxAsync(bob, CancellationToken.None);
        Assert.NotSame(first, await store.OpenInboxAsync(alice, CancellationToken.None));
    }

    [Fact]
    public async Task OneMailboxCannotOpenTheMessagesOfAnother()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);

        Assert.Null(await store.OpenMessageAsync(bob, 1, CancellationToken.None));
        await store.DeleteAsync(bob, [1], CancellationToken.None);
        Assert.Single(await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task SmallDamagedMessageHandsOutNothing()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await store.DeliverAsync(Message(1, 10_000), alice);
        disk.Damage(await cell.ReadAsync<long>("SELECT segment_id FROM mail.blob"), 9_000);

        await Assert.ThrowsAsync<IOException>(() => store.OpenMessageAsync(alice, 1, CancellationToken.None));
    }

    [Fact]
    public async Task LargeDamagedMessageIsNeverHandedOutToItsEnd()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await store.DeliverAsync(Message(1, 700_000), alice);
        disk.Damage(await cell.ReadAsync<long>("SELECT segment_id FROM mail.blob"), 5_000);
        await using MessageReader? reader = await store.OpenMessageAsync(alice, 1, CancellationToken.None);

        long total = 0;
        byte[] piece = new byte[50_000];
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (int read; (read = await reader!.ReadAsync(piece, CancellationToken.None)) > 0;)
                total += read;
        });

        Assert.InRange(total, 600_000, reader!.SizeBytes - 1);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(700_000)]
    public async Task ShortReadIsTriedOnceMoreWithTheFileOpenedAgain(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await store.DeliverAsync(Message(1, length), alice);

        disk.ShortenNextRead = true;
        Assert.Equal([Message(1, length)], await store.ReadInboxAsync(alice));

        await using MessageReader? reader = await store.OpenMessageAsync(alice, 1, CancellationToken.None);
        disk.ShortenNextRead = true;
        byte[] whole = new byte[length + 1_000];
        Assert.Equal(reader!.SizeBytes, await reader.ReadAsync(whole, CancellationToken.None));
    }

    [Fact]
    public async Task AnyPieceLengthReadsTheSame()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1, 300_000), alice);
        byte[] expected = await store.ReadAsync(alice, 1, 1 << 20);

        foreach (int piece in (int[])[7, 51, 4_096, 300_000])
            Assert.Equal(expected, await store.ReadAsync(alice, 1, piece));
    }

    [Fact]
    public void OpenFilesAreBoundedAndStayOpenWhileRead()
    {
        FaultyDisk disk = new();
        for (long segment = 1; segment <= 3; segment++)
            disk.Create(segment).Write([new byte[] { (byte)segment }], 0);
        using SegmentFiles files = new(disk, capacity: 1, new FakeTimeProvider());

        using SegmentFiles.Lease first = files.Acquire(1);
        Segments.ISegmentFile second;
        using (SegmentFiles.Lease lease = files.Acquire(2))
            second = lease.File;
        using (files.Acquire(3))
        {
            Assert.Throws<ObjectDisposedException>(() => second.Read(new byte[1], 0));
            byte[] read = new byte[1];
            Assert.Equal(1, first.File.Read(read, 0));
            Assert.Equal(1, read[0]);
        }

        files.Forget(1);
        Assert.Equal(1, first.File.Read(new byte[1], 0));
        Segments.ISegmentFile forgotten = first.File;
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => forgotten.Read(new byte[1], 0));
    }

    [Fact]
    public void FilesThatNobodyReadsAreClosedAfterAMinute()
    {
        FaultyDisk disk = new();
        disk.Create(1);
        disk.Create(2);
        FakeTimeProvider clock = new();
        using SegmentFiles files = new(disk, capacity: 9, clock);
        Segments.ISegmentFile idle;
        using (SegmentFiles.Lease lease = files.Acquire(1))
            idle = lease.File;
        using SegmentFiles.Lease busy = files.Acquire(2);

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Throws<ObjectDisposedException>(() => idle.Read(new byte[1], 0));
        Assert.Equal(0, busy.File.Read(new byte[1], 0));
    }
}
