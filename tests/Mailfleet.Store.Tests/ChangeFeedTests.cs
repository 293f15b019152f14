using Mailfleet.Cell;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class ChangeFeedTests(CellTemplate template)
{
    private static readonly FolderId Archive = FolderId.Of(FolderRole.Archive);

    [Fact]
    public async Task EachEmailIsToldOnceAsWhatBecameOfIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i), alice);
        await store.DeliverAsync(Message(5), alice);                                                                            // created
        await store.DeliverAsync(Message(6), alice);                                                                            // came and went
        await store.Messages.MarkAsync(alice, [2, 5], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen)!), null, CancellationToken.None);
        await store.Messages.MoveAsync(alice, [3, 4], Archive, CancellationToken.None);
        await store.DeleteAsync(alice, [4, 6], CancellationToken.None);

        EmailChanges changes = (await store.Changes.ListEmailsAsync(alice, ChangeCursor.After(4), 100, CancellationToken.None))!;

        Assert.Equal([5L], changes.Created);
        Assert.Equal([2L, 3L], changes.Updated.Order());
        Assert.Equal([4L], changes.Destroyed);
        Assert.Equal((ChangeCursor.After(9), false), (changes.Until, changes.HasMore));
        EmailChanges none = (await store.Changes.ListEmailsAsync(alice, changes.Until, 100, CancellationToken.None))!;
        Assert.Empty(none.Created.Concat(none.Updated).Concat(none.Destroyed));
        Assert.Equal(changes.Until, none.Until);
    }

    [Fact]
    public async Task PagesOfAnySizeTellTheSame()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 25);
        await store.DeleteAsync(alice, [.. Enumerable.Range(3, 10).Select(i => (long)i)], CancellationToken.None);
        await store.Folders.CreateAsync(alice, null, FolderName.TryParse("x")!.Value, CancellationToken.None);
        for (int limit = 1; limit <= 40; limit += 3)
        {
            HashSet<long> there = [];
            ChangeCursor cursor = ChangeCursor.After(0);
            EmailChanges page;
            do
            {
                page = (await store.Changes.ListEmailsAsync(alice, cursor, limit, CancellationToken.None))!;
                there.UnionWith(page.Created);
                there.ExceptWith(page.Destroyed);
                Assert.True(!page.HasMore || page.Until != cursor);
                cursor = page.Until;
            }
            while (page.HasMore);

            Assert.Equal([1L, 2L, .. Enumerable.Range(13, 14).Select(i => (long)i)], there.Order());
            Assert.Equal(ChangeCursor.After(4), cursor);
        }
    }

    [Fact]
    public async Task WhoWasAwayTooLongIsToldToReadEverythingAnew()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i), alice);
        await cell.ExecuteAsync("UPDATE mail.change SET changed_at = now() - interval '31 days' WHERE modseq <= 2");

        Assert.Equal(2, await store.PruneChangesAsync(TimeSpan.FromDays(30), CancellationToken.None));

        Assert.Null(await store.Changes.ListEmailsAsync(alice, ChangeCursor.After(1), 100, CancellationToken.None));
        Assert.Null(await store.Changes.ListEmailsAsync(alice, new ChangeCursor(2, 1), 100, CancellationToken.None));
        Assert.Null(await store.Changes.ListFoldersAsync(alice, 1, CancellationToken.None));
        Assert.Null(await store.Changes.ListVanishedAsync(alice, FolderId.Inbox, 1, CancellationToken.None));
        Assert.Equal([3L, 4L], (await store.Changes.ListEmailsAsync(alice, ChangeCursor.After(2), 100, CancellationToken.None))!.Created);
        Assert.Null(await store.Changes.ListEmailsAsync(alice, ChangeCursor.After(5), 100, CancellationToken.None));
        Assert.Null(await store.Changes.ListEmailsAsync(new MailboxKey(99), ChangeCursor.After(0), 100, CancellationToken.None));
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task FoldersAreToldAsMadeChangedCountedAndGone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        FolderId old = await CreateAsync(store, alice, "old");
        FolderId renamed = await CreateAsync(store, alice, "name");
        long since = (await store.Folders.ListAsync(alice, CancellationToken.None)).ModSeq;
        FolderId made = await CreateAsync(store, alice, "new");
        await store.DeliverAsync(Message(1), alice);
        await store.Folders.MoveAsync(alice, renamed, made, FolderName.TryParse("other")!.Value, CancellationToken.None);
        await store.Folders.DeleteAsync(alice, old, CancellationToken.None);

        FolderChanges changes = (await store.Changes.ListFoldersAsync(alice, since, CancellationToken.None))!;

        Assert.Equal([made], changes.Created);
        Assert.Equal([renamed], changes.Updated);
        Assert.Equal([FolderId.Inbox], changes.Counted);
        Assert.Equal([old], changes.Destroyed);
        Assert.Equal(6, changes.ModSeq);
        FolderChanges none = (await store.Changes.ListFoldersAsync(alice, changes.ModSeq, CancellationToken.None))!;
        Assert.Empty(none.Created.Concat(none.Updated).Concat(none.Counted).Concat(none.Destroyed));
    }

    [Fact]
    public async Task UidsThatLeftAFolderAreToldAsRanges()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 9);
        await store.DeleteAsync(alice, [1, 2, 3], CancellationToken.None);
        await store.Messages.MoveAsync(alice, [5, 7, 8], Archive, CancellationToken.None);
        await store.Messages.MoveAsync(alice, [8], FolderId.Inbox, CancellationToken.None);

        Assert.Equal([new UidRange(1, 3), new UidRange(5, 5), new UidRange(7, 8)], await store.Changes.ListVanishedAsync(alice, FolderId.Inbox, 2, CancellationToken.None));
        Assert.Equal([new UidRange(3, 3)], await store.Changes.ListVanishedAsync(alice, Archive, 2, CancellationToken.None));
        Assert.Equal([], await store.Changes.ListVanishedAsync(alice, FolderId.Inbox, 5, CancellationToken.None));
    }

    private static async Task<FolderId> CreateAsync(MailStore store, MailboxKey mailbox, string name) =>
        (await store.Folders.CreateAsync(mailbox, null, FolderName.TryParse(name)!.Value, CancellationToken.None)).Folder!.Value;
}
