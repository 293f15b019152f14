using Mailfleet.Hosting;
using Microsoft.Extensions.Configuration;

namespace Mailfleet.Bench.Prepare;

/// <summary>Where the parts of a running standalone are, as it told its own hosts in <c>DIR/run</c>.</summary>
internal sealed record RunningStandalone(string Door, int Smtp, int Submission, int Submissions, int Pop3, int Pop3s, int Http)
{
    /// <exception cref="StartException">Nothing has been started in the directory yet.</exception>
    public static RunningStandalone At(string directory)
    {
        string run = Path.Combine(directory, "run");
        if (!File.Exists(Path.Combine(run, "api.json")) || !File.Exists(Path.Combine(run, "node.json")))
            throw new StartException($"No standalone has been started in {Path.GetFullPath(directory)}. Start one with ./mailfleet up, or name its directory with --data.");

        IConfigurationRoot settings = SettingsFiles.Load((Path.Combine(run, "node.json"), false), (Path.Combine(run, "api.json"), false));
        string door = settings.GetSection("api:cells").GetChildren().FirstOrDefault()?.Value
            ?? throw new StartException($"{run}/api.json names no cell.");
        int Port(string name) => settings.GetValue<int?>($"ports:{name}") ?? throw new StartException($"{run}/node.json has no port for {name}.");
        return new RunningStandalone(door, Port("smtp"), Port("submission"), Port("submissions"), Port("pop3"), Port("pop3s"), Port("http"));
    }
}
