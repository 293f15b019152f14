using System.Text;
using Mailfleet.Cell;
using Mailfleet.Cell.Nodes;
using Mailfleet.Message;
using Mailfleet.Queue.Reporting;
using Mailfleet.Store;
using Mailfleet.Store.Checking;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Queue.Tests;

/// <summary>A cell with nodes that have a queue, a transport of the test's making, and reports that are only kept.</summary>
internal sealed class QueueCell : IAsyncDisposable
{
    private readonly PostgresFixture _postgres;
    private readonly string _segments = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");
    private readonly List<Node> _nodes = [];

    private QueueCell(NpgsqlDataSource database, PostgresFixture postgres) => (Database, _postgres) = (database, postgres);

    public NpgsqlDataSource Database { get; }

    public static async Task<QueueCell> CreateAsync()
    {
        PostgresFixture postgres = new();
        NpgsqlDataSource database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await CellDatabase.MigrateAsync(database, CancellationToken.None);
        return new QueueCell(database, postgres);
    }

    /// <summary>Starts a node. Its lease is renewed only when the test says so.</summary>
    public async Task<Node> StartAsync(FakeTransport transport, string name = "node1", QueueOptions? options = null, TimeProvider? clock = null, bool isRunning = true)
    {
        NodeRegistry registry = new(Database, TimeSpan.FromMinutes(5));
        TimeProvider time = clock ?? TimeProvider.System;
        long before = time.GetTimestamp();
        NodeRegistration registration = await registry.RegisterAsync(name, CancellationToken.None);
        NodeLease lease = new(registry, registration, time, before);
        MailStore store = await MailStore.OpenAsync(new StoreOptions(_segments), Database, registration, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        FakeReporter reporter = new(store);
        MailQueue queue = new(Database, lease, transport, reporter, options ?? new QueueOptions { SweepInterval = TimeSpan.FromMilliseconds(50) }, time, NullLogger<MailQueue>.Instance);
        if (isRunning)
            queue.Start();
        Node node = new(registry, lease, store, queue, reporter);
        _nodes.Add(node);
        return node;
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

    public Task<long> CountAsync(string from) => ReadAsync<long>($"SELECT count(*) FROM {from}");

    public Task IsEmptyAsync() => Eventually.HoldsAsync(async () => await CountAsync("queue.message") == 0, "the queue is empty");

    public async Task IsCleanAsync() =>
        Assert.Empty((await StoreCheck.RunAsync(_segments, Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes)
            await node.DisposeAsync();
        await Database.DisposeAsync();
        await _postgres.DisposeAsync();
        if (Directory.Exists(_segments))
            Directory.Delete(_segments, recursive: true);
    }

    internal sealed record Node(NodeRegistry Registry, NodeLease Lease, MailStore Store, MailQueue Queue, FakeReporter Reporter) : IAsyncDisposable
    {
        /// <summary>One message; recipients as <c>a@x.test b@x.test</c>.</summary>
        public async Task SendAsync(string to, string from = "s@b.test", long customer = 1, bool mayReport = true, NotifyOn notify = NotifyOn.Default)
        {
            await using IncomingMessage message = Store.Receive();
            await message.WriteAsync(Encoding.ASCII.GetBytes($"Subject: {to[..Math.Min(50, to.Length)]}\r\n\r\nHello\r\n"), CancellationToken.None);
            ReversePath sender = new(from.Length == 0 ? null : MailAddress.Parse(from));
            QueuedMessage queued = Queue.Prepare(new QueuedEnvelope
            {
                Customer = customer,
                MayReport = mayReport,
                Recipients = [.. to.Split(' ').Select(address => new QueuedRecipient(MailAddress.Parse(address)!, sender, notify))],
            });
            Assert.Equal(DeliveryStatus.Stored, (await Store.DeliverAsync(message, [], queued)).Status);
            Queue.Accepted(queued);
        }

        public async ValueTask DisposeAsync()
        {
            await Queue.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}

/// <summary>Answers by a function of the attempt; keeps all attempts.</summary>
internal sealed class FakeTransport(Func<Attempt, Func<bool>, Task<AttemptResult>> answer) : IQueueTransport
{
    private readonly Lock _gate = new();
    private readonly List<Attempt> _attempts = [];

    public FakeTransport(AttemptStatus status, SiteHealth health = SiteHealth.Fine)
        : this((attempt, _) => Task.FromResult(All(attempt, status, health)))
    {
    }

    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (_gate)
                return [.. _attempts];
        }
    }

    public static AttemptResult All(Attempt attempt, AttemptStatus status, SiteHealth health = SiteHealth.Fine) =>
        new([.. attempt.Recipients.Select(_ => new AttemptOutcome(status, $"{(status == AttemptStatus.Delivered ? 250 : status == AttemptStatus.Failed ? 550 : 450)} 2.0.0 As told", "mx.a.test", "TLS1.3"))], health);

    public string HopOf(string domain) => domain;

    public Task<AttemptResult> TryAsync(Attempt attempt, Func<bool> isOwner, CancellationToken cancellationToken)
    {
        lock (_gate)
            _attempts.Add(attempt);
        return answer(attempt, isOwner).WaitAsync(cancellationToken);
    }
}

/// <summary>Keeps reports, and stores each as an empty message so that its settlement commits.</summary>
internal sealed class FakeReporter(MailStore store) : IQueueReporter
{
    private readonly Lock _gate = new();
    private readonly List<Report> _reports = [];

    public ReportResult Answer { get; set; } = ReportResult.Stored;

    public IReadOnlyList<Report> Reports
    {
        get
        {
            lock (_gate)
                return [.. _reports];
        }
    }

    public Task HasAsync(int count) => Eventually.HoldsAsync(() => Task.FromResult(Reports.Count == count), $"{count} reports");

    public async Task<ReportResult> ReportAsync(Report report, IDeliveryAttachment settlement, CancellationToken cancellationToken)
    {
        if (Answer == ReportResult.Stored)
        {
            await using IncomingMessage message = store.Receive();
            await message.WriteAsync("Subject: report\r\n\r\n"u8.ToArray(), CancellationToken.None);
            if ((await store.DeliverAsync(message, [], settlement)).Status != DeliveryStatus.Stored)
                return ReportResult.Later;
        }

        lock (_gate)
            _reports.Add(report);
        return Answer;
    }
}
