using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mailfleet.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Testing;

/// <summary>
/// A real PostgreSQL for tests: the server named by MAILFLEET_TEST_POSTGRES (connection string of a superuser), or one that this test process
/// starts at first use and stops at its end. Every database handed out is new and empty, and gone when the fixture is disposed.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    private readonly ConcurrentBag<string> _databases = [];

    /// <summary>Creates an empty database and the role of the cell door; returns the superuser's connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        string connection = await Server.Value;
        string name = $"test_{Guid.NewGuid():N}";
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(connection);
        await using (NpgsqlCommand role = server.CreateCommand(
            "DO $$ BEGIN CREATE ROLE mailfleet_door LOGIN PASSWORD 'door'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"))
            await role.ExecuteNonQueryAsync(cancellationToken);
        await using (NpgsqlCommand create = server.CreateCommand($"CREATE DATABASE {name}"))
            await create.ExecuteNonQueryAsync(cancellationToken);
        _databases.Add(name);
        return new NpgsqlConnectionStringBuilder(connection) { Database = name, Pooling = true, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>The same database as the role of the cell door.</summary>
    public static string AsDoor(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = "mailfleet_door", Password = "door" }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_databases.IsEmpty)
            return;

        await using NpgsqlDataSource server = NpgsqlDataSource.Create(await Server.Value);
        while (_databases.TryTake(out string? name))
        {
            await using NpgsqlCommand drop = server.CreateCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MAILFLEET_TEST_POSTGRES") is { Length: > 0 } given)
            return given;

        string directory = Path.Combine(Path.GetTempPath(), $"mailfleet-test-{Guid.NewGuid():N}");
        PostgresServer server = await PostgresServer.StartAsync(
            new EmbeddedPostgresOptions(directory, FreePort(), "test") { IsDurable = false, MaxConnections = 300 }, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(directory, recursive: true);
        };
        return server.SuperuserConnection("postgres");
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
