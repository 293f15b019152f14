using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class UnclearCommitTests(CellTemplate template)
{
    [Theory]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit), 500)]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit), 500)]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit), 2_000_000)]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit), 2_000_000)]
    public async Task ConnectionLostAroundCommitStoresTheMessageOnce(string cut, int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        NpgsqlConnectionStringBuilder server = new(cell.Database.ConnectionString);
        await using CommitBreaker wire = new(server.Host!, server.Port);
        await using NpgsqlDataSource broken = cell.Connect(builder =>
        {
            builder.Host = "127.0.0.1";
            builder.Port = wire.Port;
            builder.SslMode = SslMode.Disable;
        });
        await using MailStore store = await cell.OpenAsync(database: broken);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1, length), alice)).Status);

        wire.NextCommit = Enum.Parse<CommitBreaker.Cut>(cut);
        DeliveryResult result = await store.DeliverAsync(Message(2, length), alice);

        Assert.Equal((DeliveryStatus.Stored, 1), (result.Status, wire.Cuts));
        Assert.Equal([new StoredMessage(alice, 2, FolderId.Inbox, 2)], result.Messages);
        Assert.Equal([Message(1, length), Message(2, length)], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task DatabaseThatStaysAwayRefusesTheMessageInTheEnd()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync(cell.Options with { CommitTimeout = TimeSpan.FromMilliseconds(300) });
        await cell.ExecuteAsync("ALTER TABLE mail.mailbox RENAME TO away");

        Assert.Equal(DeliveryStatus.Failed, (await store.DeliverAsync(Message(1), alice)).Status);

        await cell.ExecuteAsync("ALTER TABLE mail.away RENAME TO mailbox");
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(2), alice)).Status);
        Assert.Equal([Message(2)], await store.ReadInboxAsync(alice));
    }
}
