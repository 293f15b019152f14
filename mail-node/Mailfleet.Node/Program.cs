using Mailfleet.Hosting;
using Mailfleet.Node;
using Mailfleet.Node.Options;

// mailfleet node --config FILE | --data DIR  [--listen ADDRESS] [--roles mx,submission,pop3,queue]
try
{
    NodeArguments arguments = NodeArguments.Parse(args);
    IConfiguration settings = arguments.Load();
    SettingsReader reader = new(Console.Error);
    NodeOptions options = NodeSettings.From(settings, reader);

    using TerminationSignal signal = new();
    await using NodeHost node = await NodeHost.StartAsync(options, TimeProvider.System, HostLogging.From(settings), signal.Token);
    void Reload() => node.Reload(NodeSettings.From(arguments.Load(), reader));
    using HangUpSignal hangUp = new(Reload);
    await using SettingsReload? reload = arguments.Data is { } data ? SettingsReload.Start(Path.Combine(data, "run"), $"node-{node.Name}", Reload) : null;
    Console.WriteLine($"Mailfleet node {node.Name} is ready on {options.Listen}");
    await signal.WaitAsync();
    Console.WriteLine("Stopping: sessions end after their current command ...");
    return 0;
}
catch (StartException problem)
{
    await Console.Error.WriteLineAsync($"mailfleet: {problem.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("mailfleet: stopped before it was ready");
    return 1;
}
