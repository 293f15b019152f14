using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

/// <summary>Work of several transactions that ends in the middle: what is done is whole, and asking again does the rest.</summary>
public sealed class InterruptedWorkTests(CellTemplate template)
{
    private const int Count = 2_500;

    private static readonly FolderId Trash = FolderId.Of(FolderRole.Trash);

    private static long[] All => [.. Enumerable.Range(1, Count).Select(i => (long)i)];

    [Theory]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit), 0, 0)]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit), 1, 1_000)]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit), 0, 1_000)]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit), 1, 2_000)]
    public async Task AMoveThatLosesItsConnectionIsFinishedByAskingAgain(string cut, int chunksBefore, int movedBefore)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using CommitBreaker wire = Wire(cell);
        await using NpgsqlDataSource broken = Through(cell, wire);
        await using MailStore store = await cell.OpenAsync(database: broken);
        MailboxKey alice = await FilledAsync(cell, store);
        if (chunksBefore > 0)
            await store.Messages.MoveAsync(alice, All[..1_000], Trash, CancellationToken.None);

        wire.NextCommit = Enum.Parse<CommitBreaker.Cut>(cut);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.Messages.MoveAsync(alice, All[(chunksBefore * 1_000)..], Trash, CancellationToken.None));

        Assert.Equal(movedBefore, (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders.Single(folder => folder.Id == Trash).TotalCount);
        await AssertCleanAsync(cell);
        Assert.Equal(Count - movedBefore, (await store.Messages.MoveAsync(alice, All, Trash, CancellationToken.None)).Messages.Count);
        Assert.Equal(Enumerable.Range(1, Count), (await store.Lists.ListByUidAsync(alice, Trash, 1, 0, 10_000, CancellationToken.None)).Select(entry => (int)entry.Uid));
        await AssertCleanAsync(cell);
    }

    [Theory]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit), 0)]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit), 1_000)]
    public async Task AMarkThatLosesItsConnectionIsFinishedByAskingAgain(string cut, int markedBefore)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using CommitBreaker wire = Wire(cell);
        await using NpgsqlDataSource broken = Through(cell, wire);
        await using MailStore store = await cell.OpenAsync(database: broken);
        MailboxKey alice = await FilledAsync(cell, store);
        FlagChange seen = FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen)!);

        wire.NextCommit = Enum.Parse<CommitBreaker.Cut>(cut);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.Messages.MarkAsync(alice, All, seen, null, CancellationToken.None));

        await AssertCleanAsync(cell);
        FlagResult result = await store.Messages.MarkAsync(alice, All, seen, null, CancellationToken.None);
        Assert.Equal((Count - markedBefore, markedBefore), (result.Changed.Count, result.Unchanged.Count));
        Assert.Equal(0, (await store.Folders.ListAsync(alice, CancellationToken.None)).Folders[0].UnseenCount);
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ACopyThatLosesItsConnectionCountsWhatItMade()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using CommitBreaker wire = Wire(cell);
        await using NpgsqlDataSource broken = Through(cell, wire);
        await using MailStore store = await cell.OpenAsync(database: broken);
        MailboxKey alice = await FilledAsync(cell, store);

        wire.NextCommit = CommitBreaker.Cut.AfterCommit;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.Messages.CopyAsync(alice, All, Trash, CancellationToken.None));

        Assert.Equal((Count + 1_000L) * 557, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AFolderWhoseDeletionWasInterruptedIsGoneAndItsMessagesFollowWithTheNextStart()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using NpgsqlConnection other = await cell.Database.OpenConnectionAsync();
        FolderId folder;
        MailboxKey alice;
        await using (MailStore first = await cell.OpenAsync())
        {
            alice = await FilledAsync(cell, first);
            folder = (await first.Folders.CreateAsync(alice, null, FolderName.TryParse("x")!.Value, CancellationToken.None)).Folder!.Value;
            await cell.FillAsync(alice, folder, 20_000);
            await first.Folders.DeleteAsync(alice, folder, CancellationToken.None);
        }

        Assert.False(await cell.ReadAsync<bool>("SELECT NOT EXISTS (SELECT FROM mail.deletion)"));
        await using MailStore second = await cell.OpenAsync();
        Assert.DoesNotContain((await second.Folders.ListAsync(alice, CancellationToken.None)).Folders, item => item.Id == folder);
        await AssertCleanAsync(cell);

        await second.FinishDeletionsAsync(CancellationToken.None);

        Assert.Equal(Count, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        Assert.Equal(Count * 557L, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
        await AssertCleanAsync(cell);
    }

    private static CommitBreaker Wire(TestCell cell)
    {
        NpgsqlConnectionStringBuilder server = new(cell.Database.ConnectionString);
        return new CommitBreaker(server.Host!, server.Port);
    }

    private static NpgsqlDataSource Through(TestCell cell, CommitBreaker wire) =>
        cell.Connect(builder =>
        {
            builder.Host = "127.0.0.1";
            builder.Port = wire.Port;
            builder.SslMode = SslMode.Disable;
        });

    private static async Task<MailboxKey> FilledAsync(TestCell cell, MailStore store)
    {
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), alice)).Status);
        await store.Folders.ListAsync(alice, CancellationToken.None);
        await cell.FillAsync(alice, FolderId.Inbox, Count - 1);
        return alice;
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
}
