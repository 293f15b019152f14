using System.Text;
using Mailfleet.Cell;
using Mailfleet.Cell.Nodes;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Store.Tests.Support;

/// <summary>A cell of its own for one test: database, segment directory, and whatever stores are opened on them.</summary>
internal sealed class TestCell : IAsyncDisposable
{
    private readonly CellTemplate _template;
    private readonly string _connectionString;

    private TestCell(CellTemplate template, string connectionString)
    {
        _template = template;
        _connectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
    }

    public NpgsqlDataSource Database { get; }

    public string Directory { get; } = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");

    public StoreOptions Options => new(Directory);

    public static async Task<TestCell> CreateAsync(CellTemplate template)
    {
        TestCell cell = new(template, await template.CopyAsync());
        await cell.ExecuteAsync(
            """
            INSERT INTO directory.customer (public_id, version, state) VALUES ('cus_1', 1, 1);
            INSERT INTO directory.domain (public_id, version, customer_id, name, state) SELECT 'dom_1', 1, id, 'a.test', 1 FROM directory.customer;
            """);
        return cell;
    }

    public NpgsqlDataSource Connect(Action<NpgsqlConnectionStringBuilder> change)
    {
        NpgsqlConnectionStringBuilder builder = new(_connectionString);
        change(builder);
        return NpgsqlDataSource.Create(builder);
    }

    public async Task<MailboxKey> AddMailboxAsync(string localPart, long quotaBytes = 1L << 40)
    {
        await using NpgsqlCommand command = Database.CreateCommand(
            "INSERT INTO directory.mailbox (public_id, version, domain_id, local_part, quota_bytes, state) SELECT 'mbx_' || $1, 1, id, $1, $2, 1 FROM directory.domain RETURNING id");
        command.Parameters.Add(new() { Value = localPart });
        command.Parameters.Add(new() { Value = quotaBytes });
        return new MailboxKey((long)(await command.ExecuteScalarAsync())!);
    }

    /// <summary>Starts the node anew and opens a store on it.</summary>
    public async Task<MailStore> OpenAsync(
        StoreOptions? options = null, ISegmentDisk? disk = null, string node = "node1", NpgsqlDataSource? database = null, TimeProvider? clock = null, ILoggerFactory? loggers = null, ISpoolDisk? spool = null)
    {
        NodeRegistration registration = await new NodeRegistry(Database).RegisterAsync(node, CancellationToken.None);
        return await MailStore.OpenAsync(
            options ?? Options, disk ?? new SegmentDisk(Directory), spool, database ?? Database, registration, clock ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Copies of the mailbox's first message as rows only: what many deliveries would have left, in a second instead of a minute.</summary>
    public Task FillAsync(MailboxKey mailbox, FolderId folder, int count) =>
        ExecuteAsync(
            $"""
            WITH box AS (UPDATE mail.mailbox SET modseq = modseq + 1, next_email_id = next_email_id + {count}, used_bytes = used_bytes
                    + {count} * (SELECT size_bytes FROM mail.message WHERE mailbox_id = {mailbox} AND email_id = 1) WHERE mailbox_id = {mailbox}
                RETURNING modseq, next_email_id - {count} AS first_id),
            added AS (
                INSERT INTO mail.message (mailbox_id, email_id, blob_id, thread_id, modseq, uid, size_bytes, received_at, message_id_hash, folder_id, return_path, delivered_to)
                SELECT m.mailbox_id, box.first_id + i - 1, m.blob_id, box.first_id + i - 1, box.modseq, f.uid_next + i - 1, m.size_bytes, coalesce(f.last_received_at, m.received_at) + i * interval '1 microsecond',
                    m.message_id_hash, {folder}, m.return_path, m.delivered_to
                FROM box, mail.message m, mail.folder f, generate_series(1, {count}) AS i
                WHERE m.mailbox_id = {mailbox} AND m.email_id = 1 AND f.mailbox_id = {mailbox} AND f.folder_id = {folder}
                RETURNING email_id, size_bytes, received_at),
            changes AS (INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) SELECT {mailbox}, box.modseq, email_id, 1 FROM added, box)
            UPDATE mail.folder SET total_count = total_count + {count}, total_bytes = total_bytes + (SELECT sum(size_bytes) FROM added), uid_next = uid_next + {count},
                highest_modseq = (SELECT modseq FROM box), last_received_at = (SELECT max(received_at) FROM added)
            WHERE mailbox_id = {mailbox} AND folder_id = {folder}
            """);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _template.DropAsync(_connectionString);
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}

internal static class StoreTestExtensions
{
    public const string Sender = "sender@b.test";

    public static string TraceFor(string deliveredTo) => $"Return-Path: <{Sender}>\r\nDelivered-To: {deliveredTo}\r\n";

    public static Task<DeliveryResult> DeliverAsync(this MailStore store, byte[] content, params MailboxKey[] mailboxes) =>
        store.DeliverInPiecesAsync(content, content.Length, mailboxes);

    public static async Task<DeliveryResult> DeliverInPiecesAsync(this MailStore store, byte[] content, int pieceLength, params MailboxKey[] mailboxes)
    {
        await using IncomingMessage message = store.Receive();
        for (int offset = 0; offset < content.Length; offset += pieceLength)
            await message.WriteAsync(content.AsMemory(offset, Math.Min(pieceLength, content.Length - offset)), CancellationToken.None);
        return await store.DeliverAsync(message, [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox, Sender, AddressOf(mailbox)))]);
    }

    public static string AddressOf(MailboxKey mailbox) => $"box{mailbox}@a.test";

    /// <summary>All messages of the inbox in UID order, without the trace lines, which are checked here.</summary>
    public static async Task<List<byte[]>> ReadInboxAsync(this MailStore store, MailboxKey mailbox)
    {
        FolderSnapshot inbox = await store.OpenInboxAsync(mailbox, CancellationToken.None);
        List<byte[]> messages = [];
        foreach (SnapshotMessage message in inbox.Messages)
        {
            byte[] bytes = await store.ReadAsync(mailbox, message.EmailId);
            Assert.Equal(message.SizeBytes, bytes.Length);
            byte[] trace = Encoding.UTF8.GetBytes(TraceFor(AddressOf(mailbox)));
            Assert.Equal(trace, bytes[..trace.Length]);
            messages.Add(bytes[trace.Length..]);
        }

        return messages;
    }

    public static async Task<byte[]> ReadAsync(this MailStore store, MailboxKey mailbox, long emailId, int pieceLength = 10_000)
    {
        await using MessageReader reader = await store.OpenMessageAsync(mailbox, emailId, CancellationToken.None) ?? throw new InvalidOperationException("gone");
        using MemoryStream bytes = new();
        byte[] piece = new byte[pieceLength];
        for (int read; (read = await reader.ReadAsync(piece, CancellationToken.None)) > 0;)
            bytes.Write(piece, 0, read);
        Assert.Equal(reader.SizeBytes, bytes.Length);
        return bytes.ToArray();
    }

    /// <summary>A message whose bytes differ with the seed.</summary>
    public static byte[] Message(int seed, int length = 500)
    {
        byte[] head = Encoding.ASCII.GetBytes($"From: sender@b.test\r\nMessage-ID: <{seed}@b.test>\r\nSubject: {seed}\r\n\r\n");
        byte[] bytes = new byte[Math.Max(length, head.Length)];
        new Random(seed).NextBytes(bytes);
        head.CopyTo(bytes, 0);
        return bytes;
    }
}
