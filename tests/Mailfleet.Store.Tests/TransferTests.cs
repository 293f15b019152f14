using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class TransferTests(CellTemplate template)
{
    private static readonly FolderId Archive = FolderId.Of(FolderRole.Archive);
    private static readonly FolderId Trash = FolderId.Of(FolderRole.Trash);

    [Fact]
    public async Task AMovedMessageKeepsItsIdAndLeavesATombstone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i), alice);
        await store.Messages.MarkAsync(alice, [2], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen)!), null, CancellationToken.None);
        await store.Messages.MoveAsync(alice, [3], Archive, CancellationToken.None);

        TransferResult result = await store.Messages.MoveAsync(alice, [4, 3, 2, 77], Archive, CancellationToken.None);

        Assert.Null(result.Refusal);
        Assert.NotEqual(0u, result.UidValidity);
        Assert.Equal([new TransferredMessage(2, FolderId.Inbox, 2, 2, 2), new TransferredMessage(4, FolderId.Inbox, 4, 4, 3)], result.Messages);
        Assert.Equal(Message(2), (await store.ReadAsync(alice, 2))[TraceFor(AddressOf(alice)).Length..]);
        Assert.Equal([1u], (await store.OpenInboxAsync(alice, CancellationToken.None)).Messages.Select(message => message.Uid));
        Assert.Equal(
            "7:2:1:2,7:4:1:4",
            await cell.ReadAsync<string>("SELECT string_agg(concat_ws(':', modseq, email_id, folder_id, uid), ',' ORDER BY email_id) FROM mail.change WHERE kind = 3 AND modseq = 7"));
        IReadOnlyList<MailFolder> folders = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders;
        Assert.Equal([(1, 1), (0, 0), (0, 0), (0, 0), (0, 0), (3, 2)], folders.Select(folder => (folder.TotalCount, folder.UnseenCount)));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ACopyIsAnotherMessageOfTheSameBytes()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await store.Messages.MarkAsync(alice, [1], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen, Keyword.TryParse("x")!.Value)!), null, CancellationToken.None);

        Assert.Equal([new TransferredMessage(1, FolderId.Inbox, 1, 2, 1)], (await store.Messages.CopyAsync(alice, [1], Archive, CancellationToken.None)).Messages);
        Assert.Equal([new TransferredMessage(1, FolderId.Inbox, 1, 3, 2)], (await store.Messages.CopyAsync(alice, [1], FolderId.Inbox, CancellationToken.None)).Messages);
        await store.DeleteAsync(alice, [1], CancellationToken.None);

        Assert.Equal(Message(1), (await store.ReadAsync(alice, 2))[TraceFor(AddressOf(alice)).Length..]);
        Assert.Equal("1 {x}|1 {x}", await cell.ReadAsync<string>("SELECT string_agg(concat_ws(' ', flags, keywords), '|') FROM mail.message"));
        Assert.Equal(1L, await cell.ReadAsync<long>("SELECT count(DISTINCT blob_id) FROM mail.message"));
        Assert.Equal(2 * 557L, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task CopiesThatDoNotFitAreRefusedWholeAndMovesNever()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice", quotaBytes: 2_600 * 557);
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 1_499);
        long[] all = [.. Enumerable.Range(1, 1_500).Select(i => (long)i)];

        TransferResult refused = await store.Messages.CopyAsync(alice, all, Archive, CancellationToken.None);
        Assert.Equal((TransferRefusal.OverQuota, 0), (refused.Refusal, refused.Messages.Count));
        Assert.Equal(1_500L * 557, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        Assert.Equal(1_100, (await store.Messages.CopyAsync(alice, all[..1_100], Archive, CancellationToken.None)).Messages.Count);
        await cell.ExecuteAsync("UPDATE directory.mailbox SET quota_bytes = 1");
        Assert.Equal(TransferRefusal.OverQuota, (await store.Messages.CopyAsync(alice, [1], Archive, CancellationToken.None)).Refusal);
        Assert.Equal(1_500, (await store.Messages.MoveAsync(alice, all, Trash, CancellationToken.None)).Messages.Count);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AFolderThatIsGoneIsARefusal()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);

        Assert.Equal(TransferRefusal.FolderGone, (await store.Messages.MoveAsync(alice, [1], new FolderId(9), CancellationToken.None)).Refusal);
        Assert.Equal(TransferRefusal.FolderGone, (await store.Messages.CopyAsync(alice, [1], new FolderId(9), CancellationToken.None)).Refusal);
        Assert.Equal(TransferRefusal.MailboxGone, (await store.Messages.MoveAsync(new MailboxKey(99), [1], Trash, CancellationToken.None)).Refusal);
        Assert.Single((await store.OpenInboxAsync(alice, CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task WhatWasMovedToSafetyIsNotDeletedByWhoeverSawItInTheInbox()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 1_999);
        await store.Messages.MoveAsync(alice, [1, 2], Archive, CancellationToken.None);

        await store.DeleteAsync(alice, [1, 3], FolderId.Inbox, CancellationToken.None);
        await store.DeleteAsync(alice, [.. Enumerable.Range(2, 1_500).Select(i => (long)i)], FolderId.Inbox, CancellationToken.None);

        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.deletion)"), "the chunks follow");
        Assert.Equal("1,2", await cell.ReadAsync<string>("SELECT string_agg(email_id::text, ',' ORDER BY email_id) FROM mail.message WHERE folder_id = 6"));
        Assert.Equal(499, (await store.OpenInboxAsync(alice, CancellationToken.None)).Messages.Count);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ALargeDeleteFindsWhatIsBeingMovedMeanwhile()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 1_999);
        await store.Folders.ListAsync(alice, CancellationToken.None);
        await using NpgsqlConnection mover = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction moving = await mover.BeginTransactionAsync();
        await using (NpgsqlCommand move = new(
            """
            UPDATE mail.message SET folder_id = 6, uid = 1 WHERE email_id = 700;
            UPDATE mail.folder SET total_count = total_count - 1, total_bytes = total_bytes - 557 WHERE folder_id = 1;
            UPDATE mail.folder SET total_count = 1, total_bytes = 557, uid_next = 2 WHERE folder_id = 6;
            """,
            mover))
            await move.ExecuteNonQueryAsync();

        Task deleting = store.DeleteAsync(alice, [.. Enumerable.Range(1, 1_500).Select(i => (long)i)], CancellationToken.None);
        await Eventually.HoldsAsync(
            () => cell.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"), "the delete waits for the move");
        await moving.CommitAsync();
        await deleting;

        Assert.Null(await store.OpenMessageAsync(alice, 700, CancellationToken.None));
        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.deletion)"), "the chunks follow");
        Assert.Equal(500L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task EverythingAtOnceOnTwoNodesLeavesACleanStore()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore first = await cell.OpenAsync(cell.Options with { SegmentBytes = 20_000 }, node: "node1");
        await using MailStore second = await cell.OpenAsync(cell.Options with { SegmentBytes = 20_000 }, node: "node2");
        await first.DeliverAsync(Message(0), alice, bob);
        await cell.FillAsync(alice, FolderId.Inbox, 1_500);
        FolderId[] folders = [FolderId.Inbox, Archive, Trash];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            MailStore store = worker % 2 == 0 ? first : second;
            for (int step = 0; step < 25; step++)
            {
                long[] ids = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (long)random.Next(1, 1_600))];
                FolderId folder = folders[random.Next(3)];
                Task action = random.Next(6) switch
                {
                    0 => store.DeliverAsync(Message(step), alice, bob),
                    1 => store.Messages.MoveAsync(alice, ids, folder, CancellationToken.None),
                    2 => store.Messages.CopyAsync(alice, ids, folder, CancellationToken.None),
                    3 => store.Messages.MarkAsync(alice, ids, FlagChange.Add(FlagSet.TryCreate((MessageFlags)random.Next(32))!), null, CancellationToken.None),
                    4 => store.DeleteAsync(alice, ids, CancellationToken.None),
                    _ when worker == 0 && step % 5 == 0 =>
                        store.DeleteAsync(alice, [.. Enumerable.Range(random.Next(1, 400), 1_050).Select(i => (long)i)], CancellationToken.None),
                    _ => store.Messages.MarkAsync(alice, ids, FlagChange.Set(FlagSet.None), null, CancellationToken.None),
                };
                await action;
                if (worker == 1 && step % 8 == 0)
                    await store.CompactAsync(new CompactionOptions { MinAge = TimeSpan.Zero, LiveShare = 1 }, CancellationToken.None);
            }
        })));

        await first.FinishDeletionsAsync(CancellationToken.None);
        await AssertCleanAsync(cell);
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
}
