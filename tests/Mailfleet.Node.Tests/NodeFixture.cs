using System.Net;
using System.Text;
using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Cell.Nodes;
using Mailfleet.Delivery;
using Mailfleet.Delivery.Forwarding;
using Mailfleet.Directory;
using Mailfleet.Message;
using Mailfleet.Node.Options;
using Mailfleet.Node.Outbound;
using Mailfleet.Node.Smtp;
using Mailfleet.Queue;
using Mailfleet.Smtp;
using Mailfleet.Store;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Node.Tests;

/// <summary>The SMTP adapter over a real store and directory; tests keep apart by domain.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly string _segments = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");
    private NpgsqlDataSource _cell = null!;
    private NpgsqlDataSource _door = null!;
    private MailStore _store = null!;
    private MailDirectory _directory = null!;
    private SmtpBackend _backend = null!;
    private MailQueue _queue = null!;
    private OutboundAgent _agent = null!;

    internal MailStore Store => _store;

    internal MailDirectory Directory => _directory;

    internal MailQueue Queue => _queue;

    internal SenderRewriting Rewriting { get; } = new([[1, 2, 3]]);

    public async ValueTask InitializeAsync()
    {
        string connection = await _postgres.CreateDatabaseAsync();
        _cell = NpgsqlDataSource.Create(connection);
        _door = NpgsqlDataSource.Create(PostgresFixture.AsDoor(connection));
        await CellDatabase.MigrateAsync(_cell, CancellationToken.None);
        NodeRegistration node = await new NodeRegistry(_cell).RegisterAsync("node", CancellationToken.None);
        _store = await MailStore.OpenAsync(new StoreOptions(_segments), _cell, node, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        _directory = new MailDirectory(_cell, new DirectoryOptions { HostName = "host.test" }, TimeProvider.System, NullLogger<MailDirectory>.Instance);
        NodeOptions options = new() { HostName = "host.test" };
        _agent = new OutboundAgent(OutboundSettings.DeliveryOf(options), OutboundSettings.DnsOf(options, NullLoggerFactory.Instance), TimeProvider.System, NullLogger<OutboundAgent>.Instance);
        NodeLease lease = new(new NodeRegistry(_cell), node, TimeProvider.System, TimeProvider.System.GetTimestamp());
        QueueReporter reporter = new(_store, _directory, Rewriting, new QueueOptions(), options, TimeProvider.System);

        // Not started: what is accepted for elsewhere stays as rows that tests can look at.
        _queue = reporter.Queue = new MailQueue(_cell, lease, new QueueTransport(_agent, _store, _directory), reporter, new QueueOptions(), TimeProvider.System, NullLogger<MailQueue>.Instance);
        _backend = new SmtpBackend(_directory, _store, _queue, Rewriting, new LiveOptions(options), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _agent.DisposeAsync();
        await _store.DisposeAsync();
        await _door.DisposeAsync();
        await _cell.DisposeAsync();
        await _postgres.DisposeAsync();
        System.IO.Directory.Delete(_segments, recursive: true);
    }

    /// <summary>The active domain <c>{key}.test</c> with mailboxes and with aliases written <c>name=target,target</c>.</summary>
    public async Task AddDomainAsync(string key, string mailboxes, params string[] aliases)
    {
        DesiredBatch page = new(
            [new DesiredCustomer($"cus_{key}", 1, CustomerState.Active)],
            [new DesiredDomain($"dom_{key}", 1, $"cus_{key}", $"{key}.test", DomainState.Active)],
            [.. mailboxes.Split(' ').Select((name, place) => new DesiredMailbox($"mbx_{key}_{place}", 1, $"dom_{key}", name, name == "full" ? 0 : 1_000_000, MailboxState.Active))])
        {
            Aliases = [.. aliases.Select((alias, place) => alias.Split('=') is [string name, string targets]
                ? new DesiredAlias($"als_{key}_{place}", 1, $"dom_{key}", name, targets.Split(','), AliasState.Active)
                : throw new ArgumentException(alias))],
        };
        Assert.All(await new CellDoor(_door).UpsertAsync(page, CancellationToken.None), row => Assert.Null(row.Refusal));
    }

    /// <summary>One message from another server: the answer to each RCPT, or null where it was taken; then the answer to DATA, null when no recipient was.</summary>
    public Task<(IReadOnlyList<SmtpReply?> Recipients, SmtpReply? Content)> SendAsync(string content, params string[] recipients) =>
        SendFromAsync("sender@remote.test", content.Length, content, recipients);

    /// <param name="declaredSize">SIZE of MAIL FROM, or null where the client tells none.</param>
    public Task<(IReadOnlyList<SmtpReply?> Recipients, SmtpReply? Content)> SendFromAsync(
        string from, long? declaredSize, string content, params string[] recipients) => SendAsync(Transaction(null, from, declaredSize), RcptParameters.None, content, recipients);

    /// <summary>One message of somebody who has logged in.</summary>
    public async Task<(IReadOnlyList<SmtpReply?> Recipients, SmtpReply? Content)> SubmitAsync(string login, RcptParameters parameters, string content, params string[] recipients) =>
        await SendAsync(Transaction(new SmtpIdentity(login, await MailboxAsync(login)), login), parameters, content, recipients);

    private async Task<(IReadOnlyList<SmtpReply?> Recipients, SmtpReply? Content)> SendAsync(
        SmtpTransaction transaction, RcptParameters parameters, string content, params string[] recipients)
    {
        List<SmtpReply?> answers = [];
        foreach (string recipient in recipients)
        {
            ForwardPath to = PathParser.ParseForwardPath(Encoding.UTF8.GetBytes($"<{recipient}>"), out _)!;
            SmtpReply? answer = await _backend.CheckRecipientAsync(transaction, to, CancellationToken.None);
            answers.Add(answer);
            if (answer is null)
                transaction.Add(to, parameters);
        }

        if (transaction.Recipients.Count == 0)
            return (answers, null);
        await using ISmtpMessage message = await _backend.StartMessageAsync(transaction, CancellationToken.None);
        await message.WriteAsync(Encoding.UTF8.GetBytes(content), CancellationToken.None);
        return (answers, await message.AcceptAsync());
    }

    /// <summary>The answer to MAIL FROM of somebody who has logged in as <paramref name="login"/>; null where it was taken.</summary>
    public async Task<SmtpReply?> MailFromAsync(string login, string from)
    {
        SmtpClient client = Transaction(new SmtpIdentity(login, await MailboxAsync(login))).Client;
        return await _backend.CheckSenderAsync(client, new ReversePath(MailAddress.Parse(from)!), null, CancellationToken.None);
    }

    /// <summary>What Delivered-To says of each message in a mailbox's inbox.</summary>
    public async Task<string[]> DeliveredToAsync(string mailbox)
    {
        await using NpgsqlCommand command = _cell.CreateCommand("SELECT delivered_to FROM mail.message WHERE mailbox_id = $1 ORDER BY uid");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (await MailboxAsync(mailbox)).Key.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> addresses = [];
        while (await reader.ReadAsync())
            addresses.Add(reader.GetString(0));
        return [.. addresses];
    }

    /// <summary>Queue rows of a customer's domain as <c>address reverse-path notify may_report</c>.</summary>
    public async Task<string[]> QueuedAsync(string key)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(
            """
            SELECT concat_ws(' ', r.address, '<' || r.reverse_path || '>', r.notify, m.may_report, r.state, r.original_recipient)
            FROM queue.recipient r JOIN queue.message m ON m.id = r.message_id JOIN directory.customer c ON c.id = r.customer_id WHERE c.public_id = 'cus_' || $1 ORDER BY 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return [.. rows];
    }

    /// <summary>The stored copy of the customer's only queued message.</summary>
    public async Task<string> QueuedContentAsync(string key)
    {
        await using NpgsqlCommand command = _cell.CreateCommand("SELECT m.id FROM queue.message m JOIN directory.customer c ON c.id = m.customer_id WHERE c.public_id = 'cus_' || $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using MessageReader reader = (await _store.OpenCopyAsync((long)(await command.ExecuteScalarAsync())!, CancellationToken.None))!;
        byte[] bytes = new byte[reader.SizeBytes];
        for (int length = 0, read; (read = await reader.ReadAsync(bytes.AsMemory(length), CancellationToken.None)) > 0;)
            length += read;
        return Encoding.UTF8.GetString(bytes);
    }

    // By row, not by address: an alias may stand before the mailbox.
    internal async Task<MailboxEntry> MailboxAsync(string address)
    {
        string[] parts = address.Split('@');
        await using NpgsqlCommand command = _cell.CreateCommand(
            "SELECT mailbox.id, domain.customer_id FROM directory.mailbox mailbox JOIN directory.domain domain ON domain.id = mailbox.domain_id WHERE mailbox.local_part = $1 AND domain.name = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parts[0] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parts[1] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return new MailboxEntry(new MailboxKey(reader.GetInt64(0)), address, 1_000_000, reader.GetInt64(1));
    }

    private static SmtpTransaction Transaction(SmtpIdentity? identity, string from = "sender@remote.test", long? declaredSize = null) => new(
        new SmtpClient(
            "s1", identity is null ? SmtpService.Mx : SmtpService.Submission, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Parse("127.0.0.2"), 2525),
            IsTrusted: false, "client.example", IsEsmtp: true, TlsProtocol: null, identity),
        new ReversePath(from.Length == 0 ? null : MailAddress.Parse(from)!),
        MailParameters.None with { SizeBytes = declaredSize });
}
