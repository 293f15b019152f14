using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

/// <summary>Deletes of more messages than one chunk: decided at once, done piece by piece.</summary>
public sealed class BulkDeletionTests(CellTemplate template)
{
    private const string NothingPending = "SELECT NOT EXISTS (SELECT FROM mail.deletion)";

    // Copies of message 1 as rows only: what many deliveries would have left, in a second instead of a minute.
    private static string Fill(int count) =>
        $"""
        INSERT INTO mail.message (mailbox_id, email_id, blob_id, thread_id, modseq, uid, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to)
        SELECT mailbox_id, i, blob_id, thread_id, 2, i, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to
        FROM mail.message, generate_series(2, {count}) AS i;
        INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) SELECT mailbox_id, 2, email_id, 1 FROM mail.message WHERE email_id > 1;
        UPDATE mail.folder f SET total_count = {count}, total_bytes = {count} * total_bytes, uid_next = {count} + 1, highest_modseq = 2;
        UPDATE mail.mailbox SET modseq = 2, used_bytes = {count} * used_bytes, next_email_id = {count} + 1;
        """;

    [Fact]
    public async Task IsHonouredAtOnceWhileTheMailboxIsHeldAndFollowsInChunks()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await FillAsync(cell, store, alice, 5_000);
        long[] even = [.. Enumerable.Range(1, 2_500).Select(i => 2L * i)];

        await using (NpgsqlConnection other = await cell.Database.OpenConnectionAsync())
        await using (NpgsqlTransaction holding = await other.BeginTransactionAsync())
        {
            await using NpgsqlCommand hold = new("SELECT FROM mail.mailbox FOR UPDATE", other);
            await hold.ExecuteNonQueryAsync();

            await store.DeleteAsync(alice, even, CancellationToken.None);

            FolderSnapshot inbox = await store.OpenInboxAsync(alice, CancellationToken.None);
            Assert.Equal(Enumerable.Range(0, 2_500).Select(i => 2L * i + 1), inbox.Messages.Select(message => message.EmailId));
            Assert.Null(await store.OpenMessageAsync(alice, 5_000, CancellationToken.None));
            Assert.Equal(5_000L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        }

        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>(NothingPending), "the chunks follow");
        Assert.Equal(2_500L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        Assert.Equal("1000,1000,500", await cell.ReadAsync<string>(
            "SELECT string_agg(n::text, ',' ORDER BY modseq) FROM (SELECT modseq, count(*) AS n FROM mail.change WHERE kind = 9 GROUP BY modseq) AS chunk"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task ADeletedMailboxIsEmptiedAndItsNeighbourIsNot()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 3; i++)
            await store.DeliverAsync(Message(i), alice, bob);
        Assert.Equal(0, await store.EmptyDeletedMailboxesAsync(CancellationToken.None));

        await cell.ReadAsync<int>($"UPDATE directory.mailbox SET state = 9 WHERE id = {alice} RETURNING 1");
        Assert.Equal(1, await store.EmptyDeletedMailboxesAsync(CancellationToken.None));
        Assert.Equal(0, await store.EmptyDeletedMailboxesAsync(CancellationToken.None)); // decided once
        await store.FinishDeletionsAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>(NothingPending), "the rows follow");
        Assert.Equal(0L, await cell.ReadAsync<long>($"SELECT used_bytes FROM mail.mailbox WHERE mailbox_id = {alice}"));
        Assert.Equal(3L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        Assert.Equal([Message(1), Message(2), Message(3)], await store.ReadInboxAsync(bob));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task AnInterruptedDeleteIsFinishedByAnotherStart()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using NpgsqlConnection other = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction holding = await other.BeginTransactionAsync();
        await using (MailStore first = await cell.OpenAsync())
        {
            await FillAsync(cell, first, alice, 3_000);
            await using NpgsqlCommand hold = new("SELECT FROM mail.mailbox FOR UPDATE", other);
            await hold.ExecuteNonQueryAsync();
            await first.DeleteAsync(alice, [.. Enumerable.Range(1, 2_000).Select(i => (long)i)], CancellationToken.None);
        }

        await holding.RollbackAsync();
        Assert.False(await cell.ReadAsync<bool>(NothingPending));
        await using MailStore second = await cell.OpenAsync();
        Assert.Equal(1_000, (await second.OpenInboxAsync(alice, CancellationToken.None)).Messages.Count);
        await AssertCleanAsync(cell);

        await Task.WhenAll(second.FinishDeletionsAsync(CancellationToken.None), second.FinishDeletionsAsync(CancellationToken.None));

        Assert.True(await cell.ReadAsync<bool>(NothingPending));
        Assert.Equal(1_000L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task DeliveriesBetweenTheChunksAreKept()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await FillAsync(cell, store, alice, 20_000);

        await store.DeleteAsync(alice, [.. Enumerable.Range(1, 20_000).Select(i => (long)i)], CancellationToken.None);
        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(2, 20).Select(i => store.DeliverAsync(Message(i), alice)));

        Assert.All(results, result => Assert.Equal(DeliveryStatus.Stored, result.Status));
        await Eventually.HoldsAsync(() => cell.ReadAsync<bool>(NothingPending), "the chunks follow");
        Assert.Equal(20, (await store.ReadInboxAsync(alice)).Count);
        Assert.Equal(20L, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        await AssertCleanAsync(cell);
    }

    private static async Task FillAsync(TestCell cell, MailStore store, MailboxKey mailbox, int count)
    {
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), mailbox)).Status);
        await cell.ExecuteAsync(Fill(count));
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
}
