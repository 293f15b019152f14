using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;
using Mailfleet.Node.Options;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Node.Tests;

/// <summary>A whole node in this process, on ports of its own, with the mailboxes <c>anna@shop.test</c>, <c>ben@shop.test</c> and <c>carl@shop.test</c>; all it logs is kept.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    public const string Password = "correct-horse-battery-staple";

    private readonly PostgresFixture _postgres = new();
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-node-").FullName;
    private NodeHost? _node;
    private string _connection = "";

    public NodePorts Ports { get; } = new() { Smtp = FreePort(), Submission = FreePort(), Submissions = FreePort(), Pop3 = FreePort(), Pop3s = FreePort(), Http = FreePort() };

    /// <summary>What it was started with.</summary>
    public NodeOptions Options { get; private set; } = null!;

    internal NodeHost Host => _node!;

    public KeptLogs Logs { get; } = new();

    /// <summary>What this node has otherwise.</summary>
    public Func<NodeOptions, NodeOptions> Adjust { get; init; } = options => options;

    public async ValueTask InitializeAsync()
    {
        string connection = _connection = await _postgres.CreateDatabaseAsync();
        await using (NpgsqlDataSource cell = NpgsqlDataSource.Create(connection))
            await CellDatabase.MigrateAsync(cell, CancellationToken.None);
        await ProvisionAsync(connection);
        (string certificate, string key) = WriteCertificate();
        Options = Adjust(new NodeOptions
        {
            HostName = "node.test",
            Ports = Ports,
            Cell = new CellOptions { Database = connection, Segments = Path.Combine(_directory, "segments") },
            Tls = new TlsOptions { Certificate = certificate, Key = key },
            Trusted = ["127.0.0.1"],
            Limits = new LimitOptions { SmtpJunkCommands = 2, Pop3JunkCommands = 3 },
        });
        _node = await NodeHost.StartAsync(Options, TimeProvider.System, logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _postgres.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Drains and stops it.</summary>
    public async Task StopAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _node = null;
    }

    public async Task SetPasswordAsync(string mailbox, long version, string password)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(PostgresFixture.AsDoor(_connection));
        IReadOnlyList<AppliedRow> rows = await new CellDoor(source).SetPasswordsAsync([new SetPasswordCommand(mailbox, version, PasswordHash.Create(password))], CancellationToken.None);
        Assert.All(rows, row => Assert.Null(row.Refusal));
    }

    private static async Task ProvisionAsync(string connection)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(PostgresFixture.AsDoor(connection));
        CellDoor door = new(source);
        IReadOnlyList<AppliedRow> rows = await door.UpsertAsync(
            new DesiredBatch(
                [new DesiredCustomer("cus_1", 1, CustomerState.Active)],
                [new DesiredDomain("dom_1", 1, "cus_1", "shop.test", DomainState.Active)],
                [new DesiredMailbox("mbx_1", 1, "dom_1", "anna", 100_000_000, MailboxState.Active), new DesiredMailbox("mbx_2", 1, "dom_1", "ben", 100_000_000, MailboxState.Active),
                    new DesiredMailbox("mbx_3", 1, "dom_1", "carl", 100_000_000, MailboxState.Active)]),
            CancellationToken.None);
        Assert.All(rows, row => Assert.Null(row.Refusal));
        string hash = PasswordHash.Create(Password);
        await door.SetPasswordsAsync([new SetPasswordCommand("mbx_1", 1, hash), new SetPasswordCommand("mbx_2", 1, hash), new SetPasswordCommand("mbx_3", 1, hash)], CancellationToken.None);
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=node.test", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        (string certificateFile, string keyFile) = (Path.Combine(_directory, "node.crt"), Path.Combine(_directory, "node.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
