using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Delivering;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class DeliveryIntoFolderTests(CellTemplate template)
{
    private static readonly FolderId Sent = FolderId.Of(FolderRole.Sent);
    private static readonly FolderId Junk = FolderId.Of(FolderRole.Junk);

    [Fact]
    public async Task WhatIsPutIntoAFolderReadsBackAsItCameWithFlagsAndTime()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        DateTimeOffset then = new(2001, 2, 3, 4, 5, 6, TimeSpan.FromHours(8));
        FlagSet marks = FlagSet.TryCreate(MessageFlags.Seen | MessageFlags.Draft, Keyword.TryParse("Blue")!.Value, Keyword.TryParse("$Forwarded")!.Value)!;

        DeliveryResult result = await PutAsync(store, Message(1), new DeliveryTarget(alice, "", "") { Folder = Sent, Flags = marks, ReceivedAt = then, RefuseWhenFolderIsGone = true });

        Assert.Equal([new StoredMessage(alice, 1, Sent, 1)], result.Messages);
        Assert.Equal(Message(1), await store.ReadAsync(alice, 1));
        Assert.Equal(
            "2 41 {blue} t", await cell.ReadAsync<string>($"SELECT concat_ws(' ', folder_id, flags, keywords, received_at = '{then:O}') FROM mail.message"));
        MailFolder folder = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders.Single(item => item.Id == Sent);
        Assert.Equal((1, 0, (long)Message(1).Length, 2L), (folder.TotalCount, folder.UnseenCount, folder.TotalBytes, folder.UidNext));
        Assert.Empty((await store.OpenInboxAsync(alice, CancellationToken.None)).Messages);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task OneBatchGoesToSeveralFoldersOfSeveralMailboxes()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => PutAsync(
            store, Message(i), new DeliveryTarget(alice, Sender, "a@a.test") { Folder = i % 2 == 0 ? Junk : FolderId.Inbox }, new DeliveryTarget(bob, Sender, "b@a.test"))));

        Assert.All(results, result => Assert.Equal(DeliveryStatus.Stored, result.Status));
        IReadOnlyList<MailFolder> folders = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders;
        Assert.Equal([15, 0, 0, 0, 15, 0], folders.Select(folder => folder.TotalCount));
        Assert.Equal(30, (await store.OpenInboxAsync(bob, CancellationToken.None)).Messages.Count);
        Assert.Equal(Enumerable.Range(1, 30), results.Select(result => (int)result.Messages[0].EmailId).Order());
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AFolderThatIsGoneMeansTheInboxForMailAndARefusalForWhoeverAsksForIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        FolderId folder = (await store.Folders.CreateAsync(alice, null, FolderName.TryParse("x")!.Value, CancellationToken.None)).Folder!.Value;
        DeliveryTarget target = new(alice, Sender, "a@a.test") { Folder = folder };
        Assert.Equal([new StoredMessage(alice, 1, folder, 1)], (await PutAsync(store, Message(1), target)).Messages);
        await store.Folders.DeleteAsync(alice, folder, CancellationToken.None);

        DeliveryResult refused = await PutAsync(store, Message(2), new DeliveryTarget(bob, Sender, "b@a.test"), target with { RefuseWhenFolderIsGone = true });
        DeliveryResult stored = await PutAsync(store, Message(3), target);

        Assert.Equal((DeliveryStatus.FolderGone, alice), (refused.Status, Assert.Single(refused.Refused)));
        Assert.Equal([new StoredMessage(alice, 2, FolderId.Inbox, 1)], stored.Messages);
        Assert.Empty((await store.OpenInboxAsync(bob, CancellationToken.None)).Messages);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public void ArrivalsKeepTheOrderOfUidsAcrossSmallSkewsAndSayWhereALateOneBreaksIt()
    {
        DateTimeOffset noon = DateTimeOffset.UnixEpoch.AddHours(12);
        FolderCounters folder = new(FolderId.Inbox, uidNext: 5, lastReceivedAt: noon);

        Assert.Equal((5, noon), folder.Add(1, MessageFlags.None, noon.AddSeconds(-59), receivedAt: null));
        Assert.Equal((6, noon.AddSeconds(1)), folder.Add(1, MessageFlags.Seen, noon.AddSeconds(1), receivedAt: null));
        Assert.Null(folder.DatedFromUid);
        Assert.Equal((7, noon.AddSeconds(-1)), folder.Add(1, MessageFlags.None, noon.AddSeconds(5), receivedAt: noon.AddSeconds(-1)));
        Assert.Equal(8, folder.DatedFromUid);
        Assert.Equal((8, noon.AddMinutes(-5)), folder.Add(1, MessageFlags.None, noon.AddMinutes(-5), receivedAt: null));
        Assert.Equal(9, folder.DatedFromUid);
        Assert.Equal((4, 1, 4L, noon.AddSeconds(1)), (folder.AddedCount, folder.AddedSeen, folder.AddedBytes, folder.LastReceivedAt));
    }

    [Fact]
    public async Task ATimeInTheFutureIsTakenForNow()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        await PutAsync(store, Message(1), new DeliveryTarget(alice, "", "") { ReceivedAt = new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero) });

        Assert.True(await cell.ReadAsync<bool>("SELECT received_at <= now() + interval '1 minute' FROM mail.message"));
    }

    private static async Task<DeliveryResult> PutAsync(MailStore store, byte[] content, params DeliveryTarget[] targets)
    {
        await using IncomingMessage message = store.Receive();
        await message.WriteAsync(content, CancellationToken.None);
        return await store.DeliverAsync(message, targets);
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
}
