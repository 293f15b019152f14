using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class MarkTests(CellTemplate template)
{
    private static readonly FlagSet Seen = FlagSet.TryCreate(MessageFlags.Seen)!;

    [Fact]
    public async Task MarksAreSetAddedRemovedAndPatched()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);

        Assert.Equal("9 {b,c}", await MarkedAsync(FlagChange.Set(Of(MessageFlags.Seen | MessageFlags.Draft, "c", "b"))));
        Assert.Equal("13 {a,b,c}", await MarkedAsync(FlagChange.Add(Of(MessageFlags.Flagged, "a", "b"))));
        Assert.Equal("5 {a,c}", await MarkedAsync(FlagChange.Remove(Of(MessageFlags.Draft | MessageFlags.Answered, "b", "x"))));
        Assert.Equal("37 {c}", await MarkedAsync(FlagChange.Patch(Of(MessageFlags.Forwarded), Of(MessageFlags.None, "a"))));
        Assert.Equal("37", await MarkedAsync(FlagChange.Remove(Of(MessageFlags.None, "c"))));
        Assert.Equal("0", await MarkedAsync(FlagChange.Set(FlagSet.None)));
        await AssertCleanAsync(cell);

        async Task<string> MarkedAsync(FlagChange change)
        {
            Assert.Equal([1L], (await store.Messages.MarkAsync(alice, [1], change, unchangedSince: null, CancellationToken.None)).Changed);
            Assert.Equal([1L], (await store.Messages.MarkAsync(alice, [1], change, unchangedSince: null, CancellationToken.None)).Unchanged);
            return await cell.ReadAsync<string>("SELECT concat_ws(' ', flags, keywords) FROM mail.message");
        }
    }

    [Fact]
    public async Task AChangeRaisesTheModSeqAndLeavesARow()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 0; i < 3; i++)
            await store.DeliverAsync(Message(i), alice);

        FlagResult result = await store.Messages.MarkAsync(alice, [3, 1, 77, 3], FlagChange.Add(Seen), null, CancellationToken.None);

        Assert.Equal([1L, 3L], result.Changed);
        Assert.Empty(result.Unchanged);
        Assert.Equal("4,2,4", await cell.ReadAsync<string>("SELECT string_agg(modseq::text, ',' ORDER BY email_id) FROM mail.message"));
        Assert.Equal("4:1:2,4:3:2", await cell.ReadAsync<string>("SELECT string_agg(modseq || ':' || email_id || ':' || kind, ',' ORDER BY email_id) FROM mail.change WHERE kind = 2"));
        MailFolder inbox = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders[0];
        Assert.Equal((3, 1, 4L), (inbox.TotalCount, inbox.UnseenCount, inbox.HighestModSeq));
        Assert.Empty((await store.Messages.MarkAsync(new MailboxKey(99), [1], FlagChange.Add(Seen), null, CancellationToken.None)).Changed);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task MessagesThatHaveChangedSinceAreLeftAlone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 0; i < 3; i++)
            await store.DeliverAsync(Message(i), alice);
        await store.Messages.MarkAsync(alice, [2], FlagChange.Add(Seen), null, CancellationToken.None);

        FlagResult result = await store.Messages.MarkAsync(alice, [1, 2, 3], FlagChange.Add(Seen), unchangedSince: 3, CancellationToken.None);

        Assert.Equal([1L, 3L], result.Changed);
        Assert.Equal([2L], result.Modified);
        Assert.Equal([1L, 2L, 3L], (await store.Messages.MarkAsync(alice, [1, 2, 3], FlagChange.Add(Seen), unchangedSince: 5, CancellationToken.None)).Unchanged);
    }

    [Fact]
    public async Task TooManyKeywordsAreRefusedForThatMessageAlone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await store.DeliverAsync(Message(2), alice);
        await store.Messages.MarkAsync(alice, [1], FlagChange.Add(Of(MessageFlags.None, [.. Enumerable.Range(0, FlagSet.MaxKeywords).Select(i => $"k{i}")])), null, CancellationToken.None);

        FlagResult result = await store.Messages.MarkAsync(alice, [1, 2], FlagChange.Add(Of(MessageFlags.Seen, "more")), null, CancellationToken.None);

        Assert.Equal([2L], result.Changed);
        Assert.Equal([1L], result.Refused);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AHundredThousandMessagesAreMarkedInChunksWhileMailComesIn()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(0), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 99_999);

        Task<FlagResult> marking = store.Messages.MarkAsync(alice, [.. Enumerable.Range(1, 100_000).Select(i => (long)i)], FlagChange.Add(Seen), null, CancellationToken.None);
        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => store.DeliverAsync(Message(i), alice)));

        Assert.All(results, result => Assert.Equal(DeliveryStatus.Stored, result.Status));
        Assert.Equal(100_000, (await marking).Changed.Count);
        MailFolder inbox = (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders[0];
        Assert.Equal((100_020, 20), (inbox.TotalCount, inbox.UnseenCount));
        Assert.Equal(100L, await cell.ReadAsync<long>("SELECT count(DISTINCT modseq) FROM mail.change WHERE kind = 2"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task MarkingStaysHeapOnly()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 2_000);

        // A page keeps room for one update in ten; so few fit it everywhere.
        long[] some = [.. Enumerable.Range(0, 40).Select(i => 1L + (50 * i))];
        await store.Messages.MarkAsync(alice, some, FlagChange.Add(Of(MessageFlags.Seen, "later")), null, CancellationToken.None);

        // One session's counts reach the view when it reports them: asked for, in a transaction of its own.
        await using NpgsqlDataSource fresh = cell.Connect(builder => builder.Pooling = false);
        await store.DisposeAsync();
        NpgsqlConnection.ClearPool(cell.Database.CreateConnection());
        await Mailfleet.Testing.Eventually.HoldsAsync(
            async () =>
            {
                await using NpgsqlCommand counts = fresh.CreateCommand(
                    "SELECT coalesce(sum(n_tup_upd), 0)::bigint, coalesce(sum(n_tup_hot_upd), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = 'mail' AND relname LIKE 'message\\_%'");
                await using NpgsqlDataReader reader = await counts.ExecuteReaderAsync();
                await reader.ReadAsync();
                Assert.Equal(reader.GetInt64(0), reader.GetInt64(1));
                return reader.GetInt64(0) == some.Length;
            },
            "the server counts the updates");
    }

    [Fact]
    public async Task WhatALargeDeleteHasDecidedOnIsGone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 3);
        await cell.ExecuteAsync("INSERT INTO mail.deletion (mailbox_id, folder_id, uids) VALUES (1, 1, '{[2,4)}')");

        FlagResult marked = await store.Messages.MarkAsync(alice, [1, 2, 3, 4], FlagChange.Add(Seen), null, CancellationToken.None);
        TransferResult copied = await store.Messages.CopyAsync(alice, [1, 2, 3, 4], FolderId.Of(FolderRole.Archive), CancellationToken.None);
        TransferResult moved = await store.Messages.MoveAsync(alice, [1, 2, 3, 4], FolderId.Of(FolderRole.Trash), CancellationToken.None);

        Assert.Equal([1L, 4L], marked.Changed);
        Assert.Equal([1L, 4L], copied.Messages.Select(message => message.SourceId));
        Assert.Equal([1L, 4L], moved.Messages.Select(message => message.SourceId));
    }

    private static FlagSet Of(MessageFlags bits, params string[] keywords) => FlagSet.TryCreate(bits, keywords.Select(keyword => Keyword.TryParse(keyword)!.Value))!;

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
}
