using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class DeletionTests(CellTemplate template)
{
    [Fact]
    public async Task DeletedMessagesAreGoneAndTheCountersKnow()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 1; i <= 5; i++)
            await store.DeliverAsync(Message(i), alice, bob);

        await store.DeleteAsync(alice, [2, 4], CancellationToken.None);

        Assert.Equal([Message(1), Message(3), Message(5)], await store.ReadInboxAsync(alice));
        Assert.Equal(5, (await store.ReadInboxAsync(bob)).Count);
        Assert.Null(await store.OpenMessageAsync(alice, 2, CancellationToken.None));
        Assert.Equal(3, await cell.ReadAsync<int>($"SELECT total_count FROM mail.folder WHERE mailbox_id = {alice}"));
        Assert.Equal(
            "2:2:6,4:4:6",
            await cell.ReadAsync<string>($"SELECT string_agg(email_id || ':' || uid || ':' || modseq, ',' ORDER BY email_id) FROM mail.change WHERE kind = 9 AND mailbox_id = {alice}"));
        StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None);
        Assert.Empty(report.Problems);
    }

    [Fact]
    public async Task DeletingWhatIsGoneChangesNothing()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeleteAsync(alice, [1], CancellationToken.None);
        await store.DeliverAsync(Message(1), alice);
        await store.DeleteAsync(alice, [1], CancellationToken.None);
        long modSeq = await cell.ReadAsync<long>("SELECT modseq FROM mail.mailbox");

        await store.DeleteAsync(alice, [1, 77], CancellationToken.None);

        Assert.Equal(modSeq, await cell.ReadAsync<long>("SELECT modseq FROM mail.mailbox"));
        Assert.Equal(0, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
    }

    [Fact]
    public async Task NumbersOfDeletedMessagesAreNeverGivenAgain()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using (MailStore store = await cell.OpenAsync())
        {
            await store.DeliverAsync(Message(1), alice);
            await store.DeleteAsync(alice, [1], CancellationToken.None);
        }

        await using MailStore again = await cell.OpenAsync();
        await again.DeliverAsync(Message(2), alice);

        SnapshotMessage message = Assert.Single((await again.OpenInboxAsync(alice, CancellationToken.None)).Messages);
        Assert.Equal((2, 2u), (message.EmailId, message.Uid));
    }

    [Fact]
    public async Task DeletesAndDeliveriesAtOnceLeaveExactCounters()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        for (int i = 0; i < 20; i++)
            await store.DeliverAsync(Message(i), alice);

        await Task.WhenAll(
            [.. Enumerable.Range(1, 20).Select(id => store.DeleteAsync(alice, [id], CancellationToken.None)),
             .. Enumerable.Range(0, 20).Select(i => (Task)store.DeliverAsync(Message(i), alice))]);

        Assert.Equal(20, (await store.ReadInboxAsync(alice)).Count);
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task UsedBytesNeverGoBelowZero()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(1), alice);
        await cell.ExecuteAsync("UPDATE mail.mailbox SET used_bytes = 7");

        await store.DeleteAsync(alice, [1], CancellationToken.None);

        Assert.Equal(0, await cell.ReadAsync<long>("SELECT used_bytes FROM mail.mailbox"));
    }
}
