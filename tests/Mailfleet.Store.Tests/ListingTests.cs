extern alias message;

using System.Globalization;
using System.Text;
using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Listing;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using message::Mailfleet.Message.Summaries;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class ListingTests(CellTemplate template)
{
    private static readonly FolderId Archive = FolderId.Of(FolderRole.Archive);

    [Fact]
    public async Task APageSaysWhatAListShowsAndKeepsIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        byte[] mail = Encoding.UTF8.GetBytes(
            "From: =?utf-8?q?J=C3=B6rg?= <j@b.test>\r\nSubject: =?gb2312?B?xOO6ww==?=\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n\r\nHello\r\n--X\r\nContent-Type: application/pdf\r\n\r\nx\r\n--X--\r\n");
        await store.DeliverAsync(mail, alice, bob);
        await store.Messages.MarkAsync(alice, [1], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Flagged, Keyword.TryParse("x")!.Value)!), null, CancellationToken.None);

        ListedMessage first = Assert.Single((await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None))!);
        ListedMessage again = Assert.Single((await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None))!);

        Assert.Equal((1L, 1u, "Flagged x", 2L, "你好", "Hello", true), (first.EmailId, first.Uid, first.Marks.ToString(), first.ModSeq, first.Envelope.Subject, first.Preview, first.HasAttachment));
        Assert.Equal([new EnvelopeAddress("Jörg", "j@b.test")], first.Envelope.From);
        Assert.Equivalent(first, again, strict: true);
        Assert.Equal(1L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.summary"));
        await cell.ExecuteAsync("UPDATE mail.segment SET state = 2");                               // bob's page needs no bytes
        Assert.Equal("你好", Assert.Single((await store.Lists.ListByDateAsync(bob, FolderId.Inbox, null, 10, CancellationToken.None))!).Envelope.Subject);
        PartStructure? structure = await store.Lists.FindStructureAsync(bob, 1, CancellationToken.None);
        Assert.Equal(["plain", "pdf"], structure!.Parts.Select(part => part.Subtype));
        Assert.Null(await store.Lists.FindStructureAsync(bob, 2, CancellationToken.None));
    }

    [Fact]
    public async Task PagesFollowTheDateWhereverMailCameFrom()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        Random random = new(7);
        for (int i = 0; i < 60; i++)
        {
            await using IncomingMessage message = store.Receive();
            await message.WriteAsync(Message(i, 50), CancellationToken.None);
            DateTimeOffset? at = random.Next(3) == 0 ? new DateTimeOffset(2020, 1, 1, 0, 0, random.Next(5), TimeSpan.Zero) : null;
            FolderId folder = i % 2 == 0 ? Archive : FolderId.Inbox;
            Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(message, [new DeliveryTarget(alice, "", "") { ReceivedAt = at, Folder = folder }])).Status);
            if (i % 7 == 0)
                await store.Messages.MoveAsync(alice, [random.Next(1, i + 2)], i % 3 == 0 ? Archive : FolderId.Inbox, CancellationToken.None);
        }

        foreach (FolderId folder in (FolderId[])[Archive, FolderId.Inbox])
        {
            string expected = await cell.ReadAsync<string>($"SELECT string_agg(uid::text, ',' ORDER BY received_at DESC, uid DESC) FROM mail.message WHERE folder_id = {folder}");
            for (int limit = 1; limit < 40; limit += 6)
                Assert.Equal(expected, string.Join(',', (await WalkAsync(store, alice, folder, limit)).Select(message => message.Uid)));
        }

        Assert.True(await cell.ReadAsync<bool>("SELECT bool_and(dated_from_uid > 1) FROM mail.folder WHERE folder_id IN (1, 6)"));
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task MailThatComesAndGoesBetweenPagesNeitherRepeatsNorHidesTheRest()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(0), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 29);

        IReadOnlyList<ListedMessage> first = (await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None))!;
        await store.DeleteAsync(alice, [first[^1].EmailId, 15], CancellationToken.None);
        await store.DeliverAsync(Message(1), alice);
        await store.Messages.MoveAsync(alice, [5], Archive, CancellationToken.None);
        await store.Messages.MoveAsync(alice, [5], FolderId.Inbox, CancellationToken.None);      // by its date it stands where it stood
        IReadOnlyList<ListedMessage> second = (await store.Lists.ListByDateAsync(alice, FolderId.Inbox, first[^1].Position, 100, CancellationToken.None))!;

        Assert.Equal(Enumerable.Range(1, 20).Where(i => i != 15).Reverse().Select(i => (long)i), second.Select(message => message.EmailId));
    }

    [Fact]
    public async Task AFolderThatIsGoneIsNoEmptyFolder()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.Folders.ListAsync(alice, CancellationToken.None);

        Assert.Empty((await store.Lists.ListByDateAsync(alice, Archive, null, 10, CancellationToken.None))!);
        Assert.Null(await store.Lists.ListByDateAsync(alice, new FolderId(9), null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task ALargeFolderIsReadOffItsIndex()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(0), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 100_000);
        await cell.ExecuteAsync("ANALYZE mail.message");
        await cell.ExecuteAsync("SELECT pg_stat_reset()");

        List<ListedMessage> pages = [];
        for (int page = 0; page < 20; page++)
            pages.AddRange((await store.Lists.ListByDateAsync(alice, FolderId.Inbox, pages.Count > 0 ? pages[^1].Position : null, 50, CancellationToken.None))!);

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => 100_001u - (uint)i), pages.Select(message => message.Uid));
        Assert.InRange(await RowsReadAsync(cell, store), 0, 5_000);
    }

    [Fact]
    public async Task MessagesAreFoundByTheirIdsWhereverTheyAre()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 4; i++)
            await store.DeliverAsync(Message(i), alice);
        await store.Messages.MoveAsync(alice, [2], Archive, CancellationToken.None);
        await cell.ExecuteAsync("INSERT INTO mail.deletion (mailbox_id, folder_id, uids) VALUES (1, 1, '{[3,4)}')");

        IReadOnlyList<ListedMessage> found = await store.Lists.FindAsync(alice, [4, 3, 2, 77], CancellationToken.None);

        Assert.Equal([(2L, Archive, 1u, "2"), (4L, FolderId.Inbox, 4u, "4")], found.OrderBy(message => message.EmailId).Select(message => (message.EmailId, message.Folder, message.Uid, message.Envelope.Subject)));
    }

    [Fact]
    public async Task EntriesByUidAreThoseThatChanged()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(0), alice);
        await cell.FillAsync(alice, FolderId.Inbox, 9);
        await store.Messages.MarkAsync(alice, [3, 7], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen)!), null, CancellationToken.None);

        Assert.Equal([4u, 5u, 6u], (await store.Lists.ListByUidAsync(alice, FolderId.Inbox, 4, 0, 3, CancellationToken.None)).Select(entry => entry.Uid));
        IReadOnlyList<FolderEntry> changed = await store.Lists.ListByUidAsync(alice, FolderId.Inbox, 1, 2, 100, CancellationToken.None);
        Assert.Equal([(3u, "Seen", 3L), (7u, "Seen", 3L)], changed.Select(entry => (entry.Uid, entry.Marks.ToString(), entry.ModSeq)));
    }

    [Fact]
    public async Task DamagedMailIsListedWithoutItsEnvelopeAndNotRemembered()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultyDisk disk = new();
        await using MailStore store = await cell.OpenAsync(disk: disk);
        await store.DeliverAsync(Message(1), alice);
        await store.DeliverAsync(Message(2), alice);
        long segment = await cell.ReadAsync<long>("SELECT max(segment_id) FROM mail.blob");
        disk.Damage(segment, 100);

        IReadOnlyList<ListedMessage> page = (await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None))!;

        Assert.Equal(["2", null], page.Select(message => message.Envelope.Subject));
        Assert.Equal(1L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.summary"));
        disk.Damage(segment, 100);
        Assert.Equal(["2", "1"], (await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None))!.Select(message => message.Envelope.Subject));
    }

    [Fact]
    public async Task ListsAreReadWhileCompactionMovesTheirMail()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 3_000 });
        for (int i = 1; i <= 60; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        await store.DeleteAsync(alice, [.. Enumerable.Range(1, 60).Where(i => i % 3 != 0).Select(i => (long)i)], CancellationToken.None);

        Task<CompactionResult> compacting = store.CompactAsync(new CompactionOptions { MinAge = TimeSpan.Zero, Grace = TimeSpan.Zero }, CancellationToken.None);
        List<ListedMessage> listed = await WalkAsync(store, alice, FolderId.Inbox, limit: 2);

        Assert.True((await compacting).Emptied > 0);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"{63 - (3 * i)}"), listed.Select(message => message.Envelope.Subject));
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task ASummaryGoesWithItsBytes()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 1_000 });
        for (int i = 1; i <= 6; i++)
            await store.DeliverAsync(Message(i, 1_000), alice);
        await store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None);
        await store.DeleteAsync(alice, [1, 2, 3], CancellationToken.None);

        await store.CompactAsync(new CompactionOptions { MinAge = TimeSpan.Zero, Grace = TimeSpan.Zero }, CancellationToken.None);

        Assert.Equal(3L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.summary"));
        await cell.ExecuteAsync("INSERT INTO mail.summary VALUES (77, 1, '', '')");
        StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Repair: true), CancellationToken.None);
        Assert.Equal([new StoreProblem("summary 77: there is no such stored copy", IsRepaired: true)], report.Problems);
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task ASummaryIsNotAddedToABlobThatIsGoingAway()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await using NpgsqlConnection burier = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction burying = await burier.BeginTransactionAsync();
        await using (NpgsqlCommand delete = new("DELETE FROM mail.blob", burier))
            await delete.ExecuteNonQueryAsync();

        Task<IReadOnlyList<ListedMessage>?> listing = store.Lists.ListByDateAsync(alice, FolderId.Inbox, null, 10, CancellationToken.None);
        await Testing.Eventually.HoldsAsync(
            () => cell.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"), "the list waits for the blob");
        await burying.CommitAsync();

        Assert.Equal("1", Assert.Single((await listing)!).Envelope.Subject);
        Assert.Equal(0L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.summary"));
    }

    private static async Task<List<ListedMessage>> WalkAsync(MailStore store, MailboxKey mailbox, FolderId folder, int limit)
    {
        List<ListedMessage> all = [];
        IReadOnlyList<ListedMessage> page;
        do
        {
            page = (await store.Lists.ListByDateAsync(mailbox, folder, all.Count > 0 ? all[^1].Position : null, limit, CancellationToken.None))!;
            all.AddRange(page);
        }
        while (page.Count == limit);
        return all;
    }

    /// <summary>Rows that were fetched from the messages' tables since the last reset, once every session has reported.</summary>
    private static async Task<long> RowsReadAsync(TestCell cell, MailStore store)
    {
        await store.DisposeAsync();
        NpgsqlConnection.ClearPool(cell.Database.CreateConnection());
        long rows = 0;
        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                rows = await cell.ReadAsync<long>("SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = 'mail' AND relname LIKE 'message\\_%'");
                return rows >= 1_000;
            },
            string.Create(CultureInfo.InvariantCulture, $"the server reports what was read ({rows})"));
        return rows;
    }
}
