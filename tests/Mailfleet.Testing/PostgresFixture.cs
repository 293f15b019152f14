using Npgsql;

namespace Mailfleet.Testing;

/// <summary>
/// A real PostgreSQL for tests: the server named by MAILFLEET_TEST_POSTGRES (a connection string of a superuser; the test script starts one for all
/// projects), or one of its own. Every database handed out is new and empty.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    public const string Variable = "MAILFLEET_TEST_POSTGRES";

    private readonly string _server = Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException($"{Variable} is not set.");

    /// <summary>Creates an empty database and the role of the cell door; returns the superuser's connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        string name = $"test_{Guid.NewGuid():N}";
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(_server);
        await using (NpgsqlCommand role = server.CreateCommand(
            "DO $$ BEGIN CREATE ROLE mailfleet_door LOGIN PASSWORD 'door'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"))
            await role.ExecuteNonQueryAsync(cancellationToken);
        await using (NpgsqlCommand create = server.CreateCommand($"CREATE DATABASE {name}"))
            await create.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlConnectionStringBuilder(_server) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>The same database as the role of the cell door.</summary>
    public static string AsDoor(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = "mailfleet_door", Password = "door" }.ConnectionString;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
