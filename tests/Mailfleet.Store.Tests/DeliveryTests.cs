using System.Text;
using Mailfleet.Cell;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class DeliveryTests(CellTemplate template)
{
    [Fact]
    public async Task StoredMessageIsReadBackByteForByte()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        DeliveryResult result = await store.DeliverAsync(Message(1, 30_000), alice);

        Assert.Equal(DeliveryStatus.Stored, result.Status);
        Assert.Equal([Message(1, 30_000)], await store.ReadInboxAsync(alice));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 << 10)]
    [InlineData((256 << 10) - 1)]
    [InlineData((256 << 10) + 1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData(5_000_000)]
    public async Task EverySizeIsReadBackWhateverThePieces(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverInPiecesAsync(content, 7_919, alice)).Status);
        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(content, alice)).Status);

        Assert.Equal([content, content], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task ManyMailboxesShareOneStoredCopy()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = [await cell.AddMailboxAsync("a"), await cell.AddMailboxAsync("b"), await cell.AddMailboxAsync("c")];
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), boxes)).Status);

        foreach (MailboxKey box in boxes)
            Assert.Equal([Message(1)], await store.ReadInboxAsync(box));
        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM mail.blob"));
    }

    [Fact]
    public async Task TwoAddressesOfOneMailboxGetTwoCopies()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(1), alice, alice)).Status);

        Assert.Equal([Message(1), Message(1)], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task ConcurrentDeliveriesGetUidsWithoutGapsAndCountersThatMatch()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore first = await cell.OpenAsync(node: "node1");
        await using MailStore second = await cell.OpenAsync(node: "node2");

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            (i % 2 == 0 ? first : second).DeliverAsync(Message(i), (i % 3) switch { 0 => [alice], 1 => [bob], _ => [bob, alice] })));

        Assert.All(results, result => Assert.Equal(DeliveryStatus.Stored, result.Status));
        FolderSnapshot inbox = await first.OpenInboxAsync(alice, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 133).Select(uid => (uint)uid), inbox.Messages.Select(message => message.Uid));
        Assert.Equal(inbox.Messages.Sum(message => message.SizeBytes), await cell.ReadAsync<long>($"SELECT used_bytes FROM mail.mailbox WHERE mailbox_id = {alice}"));
        Assert.Equal(133, await cell.ReadAsync<int>($"SELECT total_count FROM mail.folder WHERE mailbox_id = {alice}"));
        Assert.Equal(133, (await second.ReadInboxAsync(alice)).Count);
    }

    [Fact]
    public async Task MailboxThatIsUnknownOrDeletedRefusesTheWholeMessage()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        MailboxKey nobody = new(9_999);
        await cell.ExecuteAsync($"UPDATE directory.mailbox SET state = 9 WHERE id = {bob}");
        await using MailStore store = await cell.OpenAsync();

        DeliveryResult result = await store.DeliverAsync(Message(1), alice, bob, nobody);

        Assert.Equal(DeliveryStatus.MailboxGone, result.Status);
        Assert.Equal([bob, nobody], result.Refused);
        Assert.Empty(await store.ReadInboxAsync(alice));
        Assert.Equal(0, await cell.ReadAsync<long>("SELECT count(*) FROM mail.blob"));
    }

    [Fact]
    public async Task ControlCharactersInAddressesCannotMakeHeaderLines()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        await using IncomingMessage message = store.Receive();

        DeliveryResult result = await store.DeliverAsync(message, [new DeliveryTarget(alice, "a\0b\ud800@c.test", "x\r\nBcc: y@a.test")]);

        Assert.Equal(DeliveryStatus.Stored, result.Status);
        Assert.Equal("Return-Path: <a?b?@c.test>\r\nDelivered-To: x??Bcc: y@a.test\r\n", Encoding.UTF8.GetString(await store.ReadAsync(alice, 1)));
    }

    [Fact]
    public async Task HeaderLengthAndMessageIdAreKept()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        byte[] plain = "Subject: x\r\nMessage-Id: <one@a.test>\r\n\r\nbody\r\n\r\n"u8.ToArray();
        byte[] folded = "message-ID:\r\n <one@a.test>\r\nSubject: x\r\n\r\n"u8.ToArray();
        byte[] without = "Subject: no id\r\n\r\nMessage-ID: <in-body@a.test>\r\n"u8.ToArray();

        await store.DeliverInPiecesAsync(plain, 1, alice);
        await store.DeliverAsync(folded, alice);
        await store.DeliverAsync(without, alice);

        Assert.Equal("40,42,18", await cell.ReadAsync<string>("SELECT string_agg(header_bytes::text, ',' ORDER BY id) FROM mail.blob"));
        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(DISTINCT message_id_hash) FROM mail.message WHERE uid IN (1, 2)"));
        Assert.True(await cell.ReadAsync<bool>("SELECT message_id_hash IS NULL FROM mail.message WHERE uid = 3"));
    }

    [Fact]
    public async Task BusyMailboxIsPassedOverAndTheOthersGoOn()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore store = await cell.OpenAsync();
        await store.DeliverAsync(Message(0), alice, bob);
        await using NpgsqlConnection other = await cell.Database.OpenConnectionAsync();
        await using NpgsqlTransaction holder = await other.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new($"SELECT FROM mail.mailbox WHERE mailbox_id = {alice} FOR UPDATE", other))
            await hold.ExecuteNonQueryAsync();

        Task<DeliveryResult> toAlice = store.DeliverAsync(Message(1), alice);
        for (int i = 2; i < 7; i++)
            Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(i), bob)).Status);
        Assert.False(toAlice.IsCompleted);
        await holder.RollbackAsync();

        Assert.Equal(DeliveryStatus.Stored, (await toAlice).Status);
        Assert.Equal([Message(0), Message(1)], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task MessageThatTheDatabaseRefusesFailsAlone()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await cell.ExecuteAsync($"ALTER TABLE mail.message ADD CHECK (mailbox_id <> {bob})");
        await using MailStore store = await cell.OpenAsync();

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.DeliverAsync(Message(i), i == 31 ? bob : alice)));

        Assert.All(results.Where((_, i) => i != 31), result => Assert.Equal(DeliveryStatus.Stored, result.Status));
        Assert.Equal(DeliveryStatus.Failed, results[31].Status);
        Assert.Equal(49, (await store.ReadInboxAsync(alice)).Count);
    }
}
