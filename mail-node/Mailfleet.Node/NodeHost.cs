using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mailfleet.Cell;
using Mailfleet.Cell.Nodes;
using Mailfleet.Delivery;
using Mailfleet.Delivery.Forwarding;
using Mailfleet.Directory;
using Mailfleet.Directory.Snapshots;
using Mailfleet.Filter;
using Mailfleet.Filter.Sending;
using Mailfleet.Filter.Storage;
using Mailfleet.Hosting;
using Mailfleet.Node.Observability;
using Mailfleet.Node.Options;
using Mailfleet.Node.Outbound;
using Mailfleet.Node.Pop3;
using Mailfleet.Node.Smtp;
using Mailfleet.Pop3;
using Mailfleet.Queue;
using Mailfleet.Smtp;
using Mailfleet.Store;
using Mailfleet.Store.Keeping;
using Mailfleet.Store.Spooling;
using Mailfleet.Wire;
using Mailfleet.Wire.Peers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;

namespace Mailfleet.Node;

/// <summary>
/// One mail node: listeners, the store, the queue and the directory behind them, and its lease in the cell. Needs the cell alone; the control plane may be away.
/// Disposing drains: no new connections, sessions end after their current command, transactions to other hosts end or are cut off, what was accepted is
/// durable, then the lease is given back.
/// </summary>
public sealed partial class NodeHost : IAsyncDisposable
{
    private readonly NpgsqlDataSource _cell;
    private readonly NodeRegistry _registry;
    private readonly NodeLease _lease;
    private readonly MailStore _store;
    private readonly MailQueue _queue;
    private readonly WebApplication _app;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private readonly Task _keeping;

    private NodeHost(
        NpgsqlDataSource cell, NodeRegistry registry, NodeLease lease, MailStore store, WebApplication app, ILoggerFactory loggers)
    {
        (_cell, _registry, _lease, _store, _app, _loggers) = (cell, registry, lease, store, app, loggers);
        _queue = app.Services.GetRequiredService<MailQueue>();
        _logger = loggers.CreateLogger<NodeHost>();
        _keeping = KeepLeaseAsync();
    }

    /// <summary>Name of the node in its cell.</summary>
    public string Name => _lease.Node.Name;

    /// <summary>Brings the cell's schema to this release, registers the node, opens the store and listens.</summary>
    public static async Task<NodeHost> StartAsync(NodeOptions options, TimeProvider clock, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        NpgsqlDataSource cell = CellPool(options.Cell.Database);
        ILoggerFactory loggers = LoggerFactory.Create(logging);
        MailStore? store = null;
        WebApplication? app = null;
        try
        {
            await MigrateAsync(cell, cancellationToken);
            NodeRegistry registry = new(cell);
            long registeredAt = TimeProvider.System.GetTimestamp();
            NodeRegistration registration = await registry.RegisterAsync(options.NodeName.Length > 0 ? options.NodeName : options.Listen, cancellationToken);

            SpoolOptions? spool = SpoolPlace.Of(options, registration.Name);
            store = await MailStore.OpenAsync(StoreOptionsOf(options, spool), cell, registration, clock, loggers, cancellationToken);
            NodeLease lease = new(registry, registration, TimeProvider.System, registeredAt);
            SenderRewriting rewriting = new(await SenderSecrets.ReadAsync(cell, cancellationToken));
            app = BuildApp(options, cell, lease, store, spool, rewriting, loggers, clock);
            await app.StartAsync(cancellationToken);
            NodeHost node = new(cell, registry, lease, store, app, loggers);
            if (NodeRoles.Has(options, NodeRoles.Queue))
                node._queue.Start();
            return node;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            if (store is not null)
                await store.DisposeAsync();
            await cell.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts new settings in force from now on, for connections that come, messages that begin, and what is counted: all of them but what a node is (names,
    /// addresses, ports, roles, cell, where the spool lies, its collector), which needs a start.
    /// </summary>
    /// <exception cref="StartException">The certificate cannot be read; all stays as it was.</exception>
    public void Reload(NodeOptions options)
    {
        WireOptions wire;
        try
        {
            wire = WireOptions(options, _app.Services.GetRequiredService<PeerPolicy>());
        }
        catch (Exception problem) when (problem is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The certificate {options.Tls.Certificate} cannot be read: {problem.Message}", problem);
        }

        IServiceProvider services = _app.Services;
        services.GetRequiredService<OutboundAgent>().Reload(OutboundSettings.DeliveryOf(options), OutboundSettings.DnsOf(options, _loggers));
        services.GetRequiredService<LiveOptions>().Now = options;
        services.GetRequiredService<MailDirectory>().Reload(DirectoryOptionsOf(options, spoolDirectory: null));
        services.GetRequiredService<PeerPolicy>().Reload(options.Limits.Defence.ToLimits());
        services.GetRequiredService<SendingBook>().Allowance = options.Limits.Sending.ToAllowance();
        services.GetRequiredService<StoreKeeper>().Compaction = options.Store.ToCompaction();
        _store.Reload(StoreOptionsOf(options, SpoolPlace.Of(options, Name)));
        services.GetRequiredService<NodeListeners>().Reload(options, wire);
        LogReloaded();
    }

    /// <summary>What the parts of the node go by, each as its own options.</summary>
    internal IReadOnlyList<object> InForce
    {
        get
        {
            IServiceProvider services = _app.Services;
            OutboundAgent agent = services.GetRequiredService<OutboundAgent>();
            LimitOptions limits = services.GetRequiredService<LiveOptions>().Now.Limits;
            return
            [
                agent.Options, agent.Dns, limits.Hops, limits.HeaderBytes, services.GetRequiredService<MailDirectory>().Options, services.GetRequiredService<PeerPolicy>().Limits,
                services.GetRequiredService<SendingBook>().Allowance, services.GetRequiredService<StoreKeeper>().Compaction, _store.Options,
                .. services.GetRequiredService<NodeListeners>().InForce,
            ];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _queue.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        await _stopping.CancelAsync();
        await _keeping;
        try
        {
            await _registry.ReleaseAsync(_lease.Node, CancellationToken.None);
        }
        catch (NpgsqlException problem)
        {
            LogLeaseFault(problem);         // it expires by itself
        }

        await _cell.DisposeAsync();
        _stopping.Dispose();
        _loggers.Dispose();
    }

    // No statement of a node leaves state in its session (SET LOCAL alone; the compaction lock is given back by name), so nothing is to be reset; and
    // its few statements come again and again, so each is parsed once a connection.
    private static NpgsqlDataSource CellPool(string connection) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
    {
        NoResetOnClose = true,
        MaxAutoPrepare = 40,
    });

    private static async Task MigrateAsync(NpgsqlDataSource cell, CancellationToken cancellationToken)
    {
        try
        {
            await CellDatabase.MigrateAsync(cell, cancellationToken);
        }
        catch (CellSchemaException problem)
        {
            throw new StartException(problem.Message, problem);
        }
        catch (NpgsqlException problem) when (problem.IsTransient || problem is not PostgresException)
        {
            throw new StartException($"The cell's database does not answer: {problem.Message}. Is it running, and does cell.database name it?", problem);
        }
    }

    private static WebApplication BuildApp(
        NodeOptions options, NpgsqlDataSource cell, NodeLease lease, MailStore store, SpoolOptions? spool, SenderRewriting rewriting, ILoggerFactory loggers, TimeProvider clock)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NodeHost).Assembly.GetName().Name });
        IServiceCollection services = builder.Services;
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddRouting();
        services.AddNodeTelemetry(options.Telemetry, options.NodeName.Length > 0 ? options.NodeName : options.Listen);
        services.AddHealthChecks().AddCheck<CellHealth>("cell");
        services.AddSingleton(options);
        services.AddSingleton(new LiveOptions(options));
        services.AddSingleton<NodeListeners>();
        services.AddSingleton(clock);
        services.AddSingleton(store);
        services.AddSingleton(provider => new MailDirectory(
            cell, DirectoryOptionsOf(options, spool?.Directory), clock, provider.GetRequiredService<ILogger<MailDirectory>>()));
        services.AddHostedService<DirectoryPoller>();
        services.AddHostedService<AddressKeeper>();
        services.AddSingleton(provider => new StoreKeeper(store, TimeProvider.System, provider.GetRequiredService<ILogger<StoreKeeper>>()) { Compaction = options.Store.ToCompaction() });
        services.AddHostedService<Keeping>();
        services.AddSingleton(rewriting);
        AddQueue(services, options, cell, lease, loggers);
        services.AddSingleton<DeadlineSweep>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton(options.Limits.Defence.ToLimits());
        services.AddSingleton<PeerPolicy>();
        services.AddSingleton(new BanRows(cell));
        services.AddHostedService<BanKeeper>();
        services.AddSingleton(provider => WireOptions(options, provider.GetRequiredService<PeerPolicy>()));
        services.AddSingleton(options.Limits.Sending.ToAllowance());
        services.AddSingleton(new SentRows(cell));
        services.AddSingleton<SendingBook>();
        services.AddHostedService<SendingKeeper>();
        services.AddSingleton<ISmtpBackend>(provider => ActivatorUtilities.CreateInstance<SendingGuard>(provider, ActivatorUtilities.CreateInstance<SmtpBackend>(provider)));
        services.AddSingleton<IPop3Backend, Pop3Backend>();

        // A drain waits for a large message on a slow line, but not for ever.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.ApplicationServices.GetRequiredService<NodeListeners>().Bind(kestrel, kestrel.ApplicationServices.GetRequiredService<WireOptions>()));

        WebApplication app = builder.Build();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        app.MapNodeMetrics();
        return app;
    }

    // Retries, windows and timeouts keep real time, whatever the business clock says.
    private static void AddQueue(IServiceCollection services, NodeOptions options, NpgsqlDataSource cell, NodeLease lease, ILoggerFactory loggers)
    {
        services.AddSingleton(new QueueOptions());
        services.AddSingleton(_ => new OutboundAgent(
            OutboundSettings.DeliveryOf(options), OutboundSettings.DnsOf(options, loggers), TimeProvider.System, loggers.CreateLogger<OutboundAgent>()));
        services.AddSingleton<QueueTransport>();
        services.AddSingleton<QueueReporter>();
        services.AddSingleton(provider =>
        {
            QueueReporter reporter = provider.GetRequiredService<QueueReporter>();
            MailQueue queue = new(
                cell, lease, provider.GetRequiredService<QueueTransport>(), reporter, provider.GetRequiredService<QueueOptions>(), TimeProvider.System, loggers.CreateLogger<MailQueue>());
            reporter.Queue = queue;
            return queue;
        });
    }

    private static StoreOptions StoreOptionsOf(NodeOptions options, SpoolOptions? spool) => options.Store.ToOptions(options.Cell.Segments) with { Spool = spool };

    private static DirectoryOptions DirectoryOptionsOf(NodeOptions options, string? spoolDirectory) =>
        options.Directory.ToOptions(options.HostName.ToLowerInvariant(), options.Postmaster, options.Limits.LogIns) with
        {
            SnapshotFile = spoolDirectory is null ? "" : Path.Combine(spoolDirectory, "addresses"),
            SnapshotInterval = TimeSpan.FromMinutes(options.Spool.AddressMinutes),
        };

    private static WireOptions WireOptions(NodeOptions options, PeerPolicy peers)
    {
        HashSet<IPAddress> trusted = [.. options.Trusted.Select(IPAddress.Parse)];
        NetworkPrefix[] proxies = [.. options.Proxies.Select(proxy => NetworkPrefix.TryParse(proxy)!.Value)];
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(options.Tls.Certificate, options.Tls.Key);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(options.Tls.Certificate);

        // SslStream on Linux wants a key that it can use again and again: through PKCS#12 it becomes one.
        X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        SslStreamCertificateContext context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        return new WireOptions
        {
            MaxConnections = options.Limits.Connections,
            MaxConnectionsPerAddress = options.Limits.ConnectionsPerAddress,
            Peers = peers,
            IsTrusted = address => trusted.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address),
            IsProxy = address => Array.Exists(proxies, proxy => proxy.Contains(address)),
            SelectCertificate = _ => context,
            HandshakeTimeout = TimeSpan.FromSeconds(options.Limits.HandshakeSeconds),
            BlockTimeout = TimeSpan.FromSeconds(options.Limits.BlockSeconds),
            MinBytesPerSecond = options.Limits.BytesPerSecond,
            RateGrace = TimeSpan.FromSeconds(options.Limits.RateGraceSeconds),
        };
    }

    // A newer start under this node's name has fenced it: going on would write what nobody accepts.
    private async Task KeepLeaseAsync()
    {
        await _lease.KeepAsync(LogLeaseFault, _stopping.Token);
        if (_stopping.IsCancellationRequested)
            return;

        LogFenced(_lease.Node.Name, _lease.Node.Epoch);
        await _app.StopAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node's lease could not be renewed or given back; trying again")]
    private partial void LogLeaseFault(Exception problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "New settings are in force")]
    private partial void LogReloaded();

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another start of node {Node} has taken over (this one has epoch {Epoch}); this node takes no more connections")]
    private partial void LogFenced(string node, long epoch);

    private sealed class Keeping(StoreKeeper keeper) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => keeper.RunAsync(stoppingToken);
    }
}
