using Mailfleet.Cell;
using Mailfleet.EmbeddedPostgres;
using Mailfleet.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Standalone;

/// <summary>The cell of a data directory for a verb: a running standalone's database is used as it is, a stopped one is started meanwhile.</summary>
internal static class CellOfDirectory
{
    public static async Task<int> UseAsync(string path, Func<DataDirectory, NpgsqlDataSource, Task<int>> use, CancellationToken cancellationToken)
    {
        string settings = Path.Combine(path, "run", "node.json");
        if (!File.Exists(settings))
            throw new StartException($"No standalone has run on {Path.GetFullPath(path)} yet. Start one with ./mailfleet up, or name another directory with --data.");

        DataDirectory directory = DataDirectory.Open(path);
        using IDisposable? held = directory.TryLock();
        string cell = SettingsFiles.Load((directory.NodeSettingsFile, false), (directory.SettingsFile, true))["cell:database"]
            ?? throw new StartException($"{directory.NodeSettingsFile} names no cell database.");
        if (held is null)
            return await UseAsync(directory, cell, use, cancellationToken);

        Databases databases = new(directory, new NpgsqlConnectionStringBuilder(cell).Port);
        await using PostgresServer postgres = await PostgresServer.StartAsync(databases.Server, NullLogger.Instance, cancellationToken);
        await databases.EnsureAsync(postgres, cancellationToken);
        return await UseAsync(directory, databases.Cell, use, cancellationToken);
    }

    private static async Task<int> UseAsync(DataDirectory directory, string cell, Func<DataDirectory, NpgsqlDataSource, Task<int>> use, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(cell);
        await CellDatabase.MigrateAsync(source, cancellationToken);
        return await use(directory, source);
    }
}
