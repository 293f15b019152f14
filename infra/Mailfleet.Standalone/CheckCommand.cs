using Mailfleet.Cell;
using Mailfleet.EmbeddedPostgres;
using Mailfleet.Hosting;
using Mailfleet.Node;
using Mailfleet.Store.Checking;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Standalone;

/// <summary>Checks the store of a directory. A running standalone's database is used as it is; a stopped one is started for the check.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(string path, bool deep, bool repair, CancellationToken cancellationToken)
    {
        string settings = Path.Combine(path, "run", "node.json");
        if (!File.Exists(settings))
            throw new StartException($"No standalone has run on {Path.GetFullPath(path)} yet. Start one with ./mailfleet up, or name another directory with --data.");

        DataDirectory directory = DataDirectory.Open(path);
        using IDisposable? held = directory.TryLock();
        IConfiguration node = SettingsFiles.Load((directory.NodeSettingsFile, false), (directory.SettingsFile, true));
        string spool = SpoolPlace.Root(node["spool:directory"] ?? "", directory.Segments);
        string cell = node["cell:database"]
            ?? throw new StartException($"{directory.NodeSettingsFile} names no cell database.");
        if (held is null)
            return await CheckAsync(directory, cell, spool, deep, repair, cancellationToken);

        Databases databases = new(directory, new NpgsqlConnectionStringBuilder(cell).Port);
        await using PostgresServer postgres = await PostgresServer.StartAsync(databases.Server, NullLogger.Instance, cancellationToken);
        await databases.EnsureAsync(postgres, cancellationToken);
        return await CheckAsync(directory, databases.Cell, spool, deep, repair, cancellationToken);
    }

    private static async Task<int> CheckAsync(DataDirectory directory, string cell, string spool, bool deep, bool repair, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(cell);
        await CellDatabase.MigrateAsync(source, cancellationToken);
        StoreCheckReport report = await StoreCheck.RunAsync(directory.Segments, source, new StoreCheckOptions(deep, repair) { SpoolDirectory = spool }, cancellationToken);
        foreach (StoreProblem problem in report.Problems)
            Console.WriteLine($"{(problem.IsRepaired ? "repaired" : "problem")}: {problem.Text}");

        Console.WriteLine($"{report.Messages} messages, {report.Blobs} stored copies, {report.Segments} segments of {report.StoredBytes >> 10} KB, {report.GarbageBytes >> 10} KB of them to be freed");
        if (report.Spooled > 0)
            Console.WriteLine($"{report.Spooled} messages wait on nodes' own disks; they are brought in while their nodes run");
        int left = report.Problems.Count(problem => !problem.IsRepaired);
        Console.WriteLine(left == 0 ? "check: clean" : $"check: {left} problems");
        return left == 0 ? 0 : 1;
    }
}
