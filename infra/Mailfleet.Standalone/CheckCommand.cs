using Mailfleet.Hosting;
using Mailfleet.Node;
using Mailfleet.Store.Checking;
using Npgsql;

namespace Mailfleet.Standalone;

/// <summary>Checks the store of a directory, running or stopped.</summary>
internal static class CheckCommand
{
    public static Task<int> RunAsync(string path, bool deep, bool repair, CancellationToken cancellationToken) =>
        CellOfDirectory.UseAsync(path, (directory, cell) => CheckAsync(directory, cell, deep, repair, cancellationToken), cancellationToken);

    private static async Task<int> CheckAsync(DataDirectory directory, NpgsqlDataSource cell, bool deep, bool repair, CancellationToken cancellationToken)
    {
        IConfiguration node = SettingsFiles.Load((directory.NodeSettingsFile, false), (directory.SettingsFile, true));
        string spool = SpoolPlace.Root(node["spool:directory"] ?? "", directory.Segments);
        StoreCheckReport report = await StoreCheck.RunAsync(directory.Segments, cell, new StoreCheckOptions(deep, repair) { SpoolDirectory = spool }, cancellationToken);
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
