using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Compacting;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

/// <summary>Rows that commit with a message: what the queue stands on.</summary>
public sealed class AttachmentTests(CellTemplate template)
{
    private static readonly CompactionOptions AtOnce = new() { MinAge = TimeSpan.Zero, Grace = TimeSpan.Zero };

    [Theory]
    [InlineData(500)]
    [InlineData(2_000_000)]
    public async Task MessageForElsewhereAloneIsStoredWithItsRows(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.Stored, (await DeliverAsync(store, Message(1, length), new QueueRows())).Status);

        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM queue.recipient r JOIN queue.message m ON m.id = r.message_id JOIN mail.blob b ON b.id = m.id"));
        Assert.Equal(Message(1, length), await ReadCopyAsync(store, await cell.ReadAsync<long>("SELECT id FROM queue.message")));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task MessageRefusedForOneMailboxLeavesNoRows()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey full = await cell.AddMailboxAsync("full", quotaBytes: 10);
        await using MailStore store = await cell.OpenAsync();

        Assert.Equal(DeliveryStatus.OverQuota, (await DeliverAsync(store, Message(1), new QueueRows(), full)).Status);

        Assert.Equal(0, await cell.ReadAsync<long>("SELECT count(*) FROM queue.message"));
    }

    [Fact]
    public async Task OffenderOfABatchIsAloneInBeingRefused()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await cell.OpenAsync();
        QueueRows rows = new();

        DeliveryResult[] results = await Task.WhenAll(Enumerable.Range(1, 9).Select(i => DeliverAsync(store, Message(i), i == 5 ? new QueueRows("bad\0text") : rows)));

        Assert.Equal(8, results.Count(result => result.Status == DeliveryStatus.Stored));
        Assert.Equal(DeliveryStatus.Failed, results[4].Status);
        Assert.Equal(8, await cell.ReadAsync<long>("SELECT count(*) FROM queue.recipient"));
    }

    [Theory]
    [InlineData(nameof(CommitBreaker.Cut.BeforeCommit))]
    [InlineData(nameof(CommitBreaker.Cut.AfterCommit))]
    public async Task ConnectionLostAroundCommitQueuesOnce(string cut)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        NpgsqlConnectionStringBuilder server = new(cell.Database.ConnectionString);
        await using CommitBreaker wire = new(server.Host!, server.Port);
        await using NpgsqlDataSource broken = cell.Connect(builder =>
        {
            builder.Host = "127.0.0.1";
            builder.Port = wire.Port;
            builder.SslMode = SslMode.Disable;
        });
        await using MailStore store = await cell.OpenAsync(database: broken);
        Assert.Equal(DeliveryStatus.Stored, (await DeliverAsync(store, Message(1), new QueueRows())).Status);

        wire.NextCommit = Enum.Parse<CommitBreaker.Cut>(cut);
        Assert.Equal(DeliveryStatus.Stored, (await DeliverAsync(store, Message(2), new QueueRows())).Status);

        Assert.Equal(1, wire.Cuts);
        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(*) FROM queue.recipient"));
        await AssertCleanAsync(cell);
    }

    [Fact]
    public async Task CompactionKeepsWhatWaitsInTheQueueAndFreesItAfterwards()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await cell.OpenAsync(cell.Options with { SegmentBytes = 2_000 });
        QueueRows rows = new();
        for (int i = 1; i <= 8; i++)
            await DeliverAsync(store, Message(i, 1_000), rows);
        long id = await cell.ReadAsync<long>("SELECT min(id) FROM queue.message");
        await cell.ExecuteAsync($"DELETE FROM queue.recipient WHERE message_id <> {id}; DELETE FROM queue.message WHERE id <> {id}");

        Assert.NotEqual(0, (await store.CompactAsync(AtOnce, CancellationToken.None)).Removed);
        Assert.Equal(Message(1, 1_000), await ReadCopyAsync(store, id));

        // Whoever goes by where it was put finds where it is now.
        Assert.Equal(Message(1, 1_000), await ReadAsync(await store.OpenCopyAsync(rows.Places[id], CancellationToken.None)));
        await AssertCleanAsync(cell);

        await cell.ExecuteAsync("DELETE FROM queue.recipient; DELETE FROM queue.message");
        Assert.NotEqual(0, (await store.CompactAsync(AtOnce, CancellationToken.None)).Removed);
        Assert.Null(await store.OpenCopyAsync(id, CancellationToken.None));
        Assert.Null(await store.OpenCopyAsync(rows.Places[id], CancellationToken.None));
    }

    [Theory]
    [InlineData("DELETE FROM queue.message", "queue: recipient 0 of message * has no message row")]
    [InlineData("DELETE FROM queue.recipient", "queue: message * waits for no recipient")]
    [InlineData("DELETE FROM mail.blob", "queue: message * has no stored copy")]
    [InlineData("UPDATE mail.segment SET state = 2", "segment *: it has no row or is dead, and message * stands in it")]
    [InlineData("UPDATE mail.blob SET position = position + 1", "message *: Segment * has no record of message * with 500 bytes at *")]
    public async Task WrongQueueRowIsFound(string damage, string expected)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await cell.OpenAsync();
        await DeliverAsync(store, Message(1), new QueueRows());
        await cell.ExecuteAsync(damage);

        StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None);

        Assert.Contains(report.Problems, problem => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(expected, problem.Text));
    }

    private static async Task<DeliveryResult> DeliverAsync(MailStore store, byte[] content, QueueRows rows, params MailboxKey[] mailboxes)
    {
        await using IncomingMessage message = store.Receive();
        await message.WriteAsync(content, CancellationToken.None);
        return await store.DeliverAsync(message, [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox, Sender, AddressOf(mailbox)))], rows);
    }

    private static async Task<byte[]> ReadCopyAsync(MailStore store, long id) => await ReadAsync(await store.OpenCopyAsync(id, CancellationToken.None));

    private static async Task<byte[]> ReadAsync(MessageReader? opened)
    {
        await using MessageReader reader = opened ?? throw new InvalidOperationException("gone");
        byte[] bytes = new byte[reader.SizeBytes];
        for (int length = 0, read; (read = await reader.ReadAsync(bytes.AsMemory(length), CancellationToken.None)) > 0;)
            length += read;
        return bytes;
    }

    private static async Task AssertCleanAsync(TestCell cell) =>
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);

    /// <summary>One recipient a message, as plainly as rows can be written.</summary>
    private sealed class QueueRows(string address = "a@elsewhere.test") : IDeliveryAttachment, IAttachmentWriter
    {
        public IAttachmentWriter Writer => this;

        public int RowCount => 2;

        public Dictionary<long, CopyPlace> Places { get; } = [];

        public void Write(NpgsqlBatch batch, IReadOnlyList<AttachedMessage> messages)
        {
            foreach (AttachedMessage message in messages)
            {
                Places[message.Id] = message.Place;
                batch.BatchCommands.Add(new("INSERT INTO queue.message (id, customer_id, size_bytes, is_8bit, is_utf8, may_report, return_full) VALUES ($1, 1, $2, false, false, true, false)")
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = message.Id }, new NpgsqlParameter<long> { TypedValue = message.SizeBytes } },
                });
                batch.BatchCommands.Add(new("INSERT INTO queue.recipient (message_id, number, customer_id, lane, notify, address, domain, reverse_path) VALUES ($1, 0, 1, 1, 6, $2, 'elsewhere.test', '')")
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = message.Id }, new NpgsqlParameter<string> { TypedValue = address } },
                });
            }
        }
    }
}
