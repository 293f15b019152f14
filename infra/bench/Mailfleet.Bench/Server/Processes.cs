using System.Diagnostics;
using System.Globalization;

namespace Mailfleet.Bench.Server;

/// <summary>Other programs: run to their end, asked to stop, found by what they were started with.</summary>
internal static class Processes
{
    /// <summary>Runs a program and gives its exit code and all it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Asks with TERM, then waits; what has not stopped after the time given is killed.</summary>
    public static async Task StopAsync(Process process, TimeSpan patience)
    {
        if (process.HasExited)
            return;

        await RunAsync("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        using CancellationTokenSource limit = new(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>The first process with this name whose arguments hold the text.</summary>
    public static int? Find(string name, string argument)
    {
        foreach (int id in Ids())
        {
            try
            {
                string[] arguments = File.ReadAllText($"/proc/{id}/cmdline").TrimEnd('\0').Split('\0');
                if (Path.GetFileName(arguments[0]) == name && arguments.Contains(argument))
                    return id;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return null;
    }

    public static IReadOnlyList<int> ChildrenOf(int parent)
    {
        List<int> children = [];
        foreach (int id in Ids())
        {
            try
            {
                string stat = File.ReadAllText($"/proc/{id}/stat");
                if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture))
                    children.Add(id);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return children;
    }

    private static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(x => int.TryParse(Path.GetFileName(x), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(x => x > 0);
}
