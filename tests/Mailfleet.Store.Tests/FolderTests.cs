using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class FolderTests(CellTemplate template)
{
    [Fact]
    public async Task EveryMailboxHasTheFoldersWithARoleWhenSomebodyAsks()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        FolderList[] lists = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.Folders.ListAsync(alice, CancellationToken.None)));

        Assert.All(lists, list => Assert.Equal(
            ["1 INBOX Inbox", "2 Sent Sent", "3 Drafts Drafts", "4 Trash Trash", "5 Junk Junk", "6 Archive Archive"],
            list.Folders.Select(folder => $"{folder.Id} {folder.Name} {folder.Role}")));
        Assert.Empty((await store.Folders.ListAsync(new MailboxKey(99), CancellationToken.None)).Folders);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task FoldersAreMadeNestedRenamedMovedAndDeleted()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        FolderId work = await CreateAsync(store, alice, null, "Work");
        FolderId year = await CreateAsync(store, alice, work, "2026");
        FolderId inInbox = await CreateAsync(store, alice, FolderId.Inbox, "Work");
        Assert.Equal(FolderResult.Done(year), await store.Folders.MoveAsync(alice, year, FolderId.Of(FolderRole.Archive), Name("Old"), CancellationToken.None));
        Assert.Equal(FolderResult.Done(FolderId.Of(FolderRole.Sent)), await MoveAsync(store, alice, FolderId.Of(FolderRole.Sent), null, "已发送"));
        Assert.Equal(FolderResult.Done(work), await store.Folders.DeleteAsync(alice, work, CancellationToken.None));

        FolderList list = await store.Folders.ListAsync(alice, CancellationToken.None);
        Assert.Equal(["2 已发送 ", $"{year} Old 6", $"{inInbox} Work 1"], list.Folders.Where(folder => folder.ChangedModSeq > 0).Select(folder => $"{folder.Id} {folder.Name} {folder.Parent}"));
        Assert.Equal(6, list.ModSeq);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task WhatCannotBeIsRefusedAndChangesNothing()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync(cell.Options with { MaxFolders = 9, MaxFolderDepth = 3 });
        FolderId a = await CreateAsync(store, alice, null, "a");
        FolderId b = await CreateAsync(store, alice, a, "b");
        FolderId c = await CreateAsync(store, alice, b, "c");
        FolderId gone = new(77);
        FolderId trash = FolderId.Of(FolderRole.Trash);
        FolderList before = await store.Folders.ListAsync(alice, CancellationToken.None);

        Assert.Equal(FolderRefusal.TooMany, (await store.Folders.CreateAsync(alice, null, Name("d"), CancellationToken.None)).Refusal);
        Assert.Equal(FolderRefusal.MailboxGone, (await store.Folders.CreateAsync(new MailboxKey(99), null, Name("d"), CancellationToken.None)).Refusal);
        Assert.Equal(FolderRefusal.NotFound, (await MoveAsync(store, alice, gone, null, "x")).Refusal);
        Assert.Equal(FolderRefusal.ParentNotFound, (await MoveAsync(store, alice, c, gone, "x")).Refusal);
        Assert.Equal(FolderRefusal.InsideItself, (await MoveAsync(store, alice, a, c, "a")).Refusal);
        Assert.Equal(FolderRefusal.InsideItself, (await MoveAsync(store, alice, a, a, "a")).Refusal);
        Assert.Equal(FolderRefusal.TooDeep, (await MoveAsync(store, alice, a, trash, "a")).Refusal);
        Assert.Equal(FolderRefusal.NameTaken, (await MoveAsync(store, alice, b, null, "Sent")).Refusal);
        Assert.Equal(FolderRefusal.NameTaken, (await MoveAsync(store, alice, b, null, "inBox")).Refusal);
        Assert.Equal(FolderRefusal.SystemFolder, (await MoveAsync(store, alice, trash, a, "Trash")).Refusal);
        Assert.Equal(FolderRefusal.SystemFolder, (await MoveAsync(store, alice, FolderId.Inbox, null, "Inbox")).Refusal);
        Assert.Equal(FolderRefusal.SystemFolder, (await store.Folders.DeleteAsync(alice, trash, CancellationToken.None)).Refusal);
        Assert.Equal(FolderRefusal.HasFolders, (await store.Folders.DeleteAsync(alice, b, CancellationToken.None)).Refusal);
        Assert.Equal(FolderRefusal.NotFound, (await store.Folders.DeleteAsync(alice, gone, CancellationToken.None)).Refusal);

        Assert.Equivalent(before, await store.Folders.ListAsync(alice, CancellationToken.None), strict: true);
        Assert.Equal(FolderResult.Done(c), await store.Folders.DeleteAsync(alice, c, CancellationToken.None));
        Assert.Equal(FolderRefusal.ParentNotFound, (await store.Folders.CreateAsync(alice, c, Name("d"), CancellationToken.None)).Refusal);
        FolderId deepest = await CreateAsync(store, alice, b, "d");
        Assert.Equal(FolderResult.Done(a), await store.Folders.DeleteAsync(alice, await EmptiedAsync(store, alice, deepest, b, a), CancellationToken.None));
    }

    [Fact]
    public async Task OneNameGoesToOneOfManyWhoWantItAtOnce()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");

        FolderResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? first : second).Folders.CreateAsync(alice, null, Name("x"), CancellationToken.None)));

        Assert.Single(results, result => result.Refusal is null);
        Assert.Equal(7, results.Count(result => result.Refusal == FolderRefusal.NameTaken));
    }

    [Fact]
    public async Task AFolderMadeAnewNeverRepeatsAUidValidity()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        List<uint> validities = [];
        for (int i = 0; i < 5; i++)
        {
            FolderId folder = await CreateAsync(store, alice, null, "x");
            validities.Add((await store.Folders.ListAsync(alice, CancellationToken.None)).Folders.Single(item => item.Id == folder).UidValidity);
            await store.Folders.DeleteAsync(alice, folder, CancellationToken.None);
        }

        Assert.Equal(validities.Distinct().Order(), validities);
    }

    [Fact]
    public async Task DeletingAFolderOfManyMessagesHidesThemAtOnceAndGivesTheirBytesBack()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        FolderId folder = await CreateAsync(store, alice, null, "x");
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), alice)).Status);
        long one = await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox");
        await cell.FillAsync(alice, folder, 100_000);
        Assert.Equal(100_000, (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders.Single(item => item.Id == folder).TotalCount);

        Assert.Null((await store.Folders.DeleteAsync(alice, folder, CancellationToken.None)).Refusal);

        Assert.Null(await store.OpenMessageAsync(alice, 90_000, CancellationToken.None));
        Assert.DoesNotContain((await store.Folders.ListAsync(alice, CancellationToken.None)).Folders, item => item.Id == folder);
        await AssertCleanAsync(cell);
        Assert.NotEqual(folder, await CreateAsync(store, alice, null, "x"));
        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.deletion)"), "the messages' rows follow");
        Assert.Equal(one, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        Assert.Single((await store.OpenInboxAsync(alice, CancellationToken.None)).Messages);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task EmptyingAFolderTakesWhatIsInItAndLeavesWhatComes()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 3_000);

        Assert.Null((await store.Folders.EmptyAsync(alice, FolderId.Inbox, CancellationToken.None)).Refusal);
        await store.DeliverAsync(Message(2), alice);
        Assert.Null((await store.Folders.EmptyAsync(alice, FolderId.Of(FolderRole.Trash), CancellationToken.None)).Refusal);

        Assert.Equal([Message(2)], await store.ReadInboxAsync(alice));
        Assert.Equal(FolderRefusal.NotFound, (await store.Folders.EmptyAsync(alice, new FolderId(9), CancellationToken.None)).Refusal);
        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.deletion)"), "the messages' rows follow");
        Assert.Equal(557, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task CountersLeaveOutWhatALargeDeleteHasDecidedOn()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), alice)).Status);
        await store.Folders.ListAsync(alice, CancellationToken.None);
        await cell.FillAsync(alice, FolderId.Of(FolderRole.Archive), 2_000);
        await using NpgsqlConnection other = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction holding = await other.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("SELECT FROM mail.mailbox FOR UPDATE", other);
        await hold.ExecuteNonQueryAsync();

        await store.DeleteAsync(alice, [.. Enumerable.Range(2, 1_500).Select(i => (long)i)], CancellationToken.None);

        MailFolder archive = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders.Single(folder => folder.Role == FolderRole.Archive);
        Assert.Equal((500, 500, 500L * 557), (archive.TotalCount, archive.UnseenCount, archive.TotalBytes));
    }

    private static FolderName Name(string text) => FolderName.TryParse(text) ?? throw new ArgumentException(text);

    private static Task<FolderResult> MoveAsync(MailStore store, MailboxKey mailbox, FolderId folder, FolderId? parent, string name) =>
        store.Folders.MoveAsync(mailbox, folder, parent, Name(name), CancellationToken.None);

    private static async Task<FolderId> CreateAsync(MailStore store, MailboxKey mailbox, FolderId? parent, string name)
    {
        FolderResult result = await store.Folders.CreateAsync(mailbox, parent, Name(name), CancellationToken.None);
        Assert.Null(result.Refusal);
        return result.Folder!.Value;
    }

    private static async Task<FolderId> EmptiedAsync(MailStore store, MailboxKey mailbox, FolderId deepest, FolderId middle, FolderId top)
    {
        Assert.Null((await store.Folders.DeleteAsync(mailbox, deepest, CancellationToken.None)).Refusal);
        Assert.Null((await store.Folders.DeleteAsync(mailbox, middle, CancellationToken.None)).Refusal);
        return top;
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
}
