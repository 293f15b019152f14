using Mailfleet.Hosting;

namespace Mailfleet.Node;

/// <summary>The command line of a node host. What it says wins over the settings files.</summary>
internal sealed record NodeArguments(string? Config, string? Data, string? Listen, string? Roles)
{
    private const string Usage = "Usage: mailfleet node (--config FILE | --data DIR) [--listen ADDRESS] [--roles mx,submission,pop3,queue]";

    /// <exception cref="StartException">Says what is wrong with the command line.</exception>
    public static NodeArguments Parse(IReadOnlyList<string> arguments)
    {
        NodeArguments parsed = new(null, null, null, null);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : throw new StartException($"{arguments[i]} needs a value. {Usage}");
            parsed = arguments[i] switch
            {
                "--config" => parsed with { Config = value },
                "--data" => parsed with { Data = value },
                "--listen" => parsed with { Listen = value },
                "--roles" => parsed with { Roles = value },
                _ => throw new StartException($"There is no option {arguments[i]}. {Usage}"),
            };
        }

        return parsed.Config is null == parsed.Data is null ? throw new StartException($"Name the settings by one of --config and --data. {Usage}") : parsed;
    }

    public IConfiguration Load()
    {
        IConfigurationRoot settings = Config is not null
            ? SettingsFiles.Load((Config, false))
            : SettingsFiles.Load((RunningNode(Data!), false), (Path.Combine(Data!, "mailfleet.json"), true));
        if (Listen is not null)
            settings["listen"] = Listen;
        if (Roles is not null)
        {
            foreach ((int index, string role) in Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Index())
                settings[$"roles:{index}"] = role;
        }

        return settings;
    }

    // A standalone writes the settings of its own node here; a further node of the cell differs in its address alone.
    private static string RunningNode(string data)
    {
        string file = Path.Combine(data, "run", "node.json");
        return File.Exists(file) ? file : throw new StartException($"No standalone has run on {data} yet (there is no {file}). Start one: ./mailfleet up --data {data}");
    }
}
