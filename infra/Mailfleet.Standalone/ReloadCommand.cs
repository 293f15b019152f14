using Mailfleet.Hosting;

namespace Mailfleet.Standalone;

/// <summary>Has every host that runs on a directory read <c>mailfleet.json</c> again.</summary>
internal static class ReloadCommand
{
    public static async Task<int> RunAsync(string path, CancellationToken cancellationToken)
    {
        string run = Path.Combine(path, "run");
        IReadOnlyList<(string Host, string? Fault)> answers = System.IO.Directory.Exists(run) ? await SettingsReload.AskAsync(run, cancellationToken) : [];
        if (answers.Count == 0)
            throw new StartException($"Nothing runs on {Path.GetFullPath(path)}; settings are read at the next start.");
        foreach ((string host, string? fault) in answers)
            Console.WriteLine(fault is null ? $"{host}: the new settings are in force" : $"{host}: the old settings stay: {fault}");
        return answers.All(answer => answer.Fault is null) ? 0 : 1;
    }
}
