using System.Reflection;
using Mailfleet.Cell;
using Mailfleet.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(Mailfleet.Store.Tests.Support.CellTemplate))]

namespace Mailfleet.Store.Tests.Support;

/// <summary>One migrated cell database for the run; every test gets a copy of it, which is far cheaper than migrating again.</summary>
public sealed class CellTemplate : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly SemaphoreSlim _oneCopyAtATime = new(1);
    private string _template = "";

    public async ValueTask InitializeAsync()
    {
        _template = await _postgres.CreateDatabaseAsync();
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_template) { Pooling = false });
        Assembly cell = typeof(CellDatabase).Assembly;
        foreach (string name in cell.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(cell.GetManifestResourceStream(name)!);
            await using NpgsqlCommand migrate = owner.CreateCommand(await reader.ReadToEndAsync());
            await migrate.ExecuteNonQueryAsync();
        }
    }

    /// <summary>A new cell with customer and domain; returns its connection string.</summary>
    public async Task<string> CopyAsync()
    {
        string name = $"test_{Guid.NewGuid():N}";
        NpgsqlConnectionStringBuilder template = new(_template);
        await _oneCopyAtATime.WaitAsync();
        try
        {
            await ExecuteOnServerAsync($"CREATE DATABASE {name} TEMPLATE {template.Database}");
        }
        finally
        {
            _oneCopyAtATime.Release();
        }

        return new NpgsqlConnectionStringBuilder(_template) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    public Task DropAsync(string connectionString) =>
        ExecuteOnServerAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        await DropAsync(_template);
        _oneCopyAtATime.Dispose();
        await _postgres.DisposeAsync();
    }

    private async Task ExecuteOnServerAsync(string sql)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_template) { Database = "postgres", Pooling = false });
        await using NpgsqlCommand command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
