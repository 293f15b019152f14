using System.Diagnostics;
using Mailfleet.Cell.Door;
using Mailfleet.Hosting;
using Npgsql;
using Spectre.Console;

namespace Mailfleet.Bench.Prepare;

/// <summary>The verb <c>bench prepare</c>: fills a running standalone with domains and mailboxes.</summary>
internal static class PrepareCommand
{
    public static async Task<int> RunAsync(string directory, int domains, int mailboxes, CancellationToken cancellationToken)
    {
        if (domains < 1 || mailboxes < 1)
            throw new StartException("--domains and --mailboxes are numbers from 1.");

        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            await using NpgsqlDataSource source = NpgsqlDataSource.Create(RunningStandalone.At(directory).Door);
            BenchMailboxes bench = new(new CellDoor(source), domains);
            await AnsiConsole.Progress().AutoClear(true).StartAsync(async shown =>
            {
                ProgressTask task = shown.AddTask("Mailboxes", maxValue: mailboxes);
                await bench.EnsureAsync(mailboxes, done => task.Value = done, cancellationToken);
            });
        }
        catch (NpgsqlException problem) when (problem is not PostgresException)
        {
            throw new StartException($"The standalone of {Path.GetFullPath(directory)} does not answer; it must be running: {problem.Message}", problem);
        }

        Console.WriteLine($"{mailboxes} mailboxes u{{i}}@d{{i mod {domains}}}.test with the password {BenchMailboxes.Password} are there ({watch.Elapsed.TotalSeconds:0.0} s).");
        return 0;
    }
}
