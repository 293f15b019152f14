using System.CommandLine;
using Mailfleet.Hosting;
using Mailfleet.Standalone;

Option<string> data = new("--data") { Description = "Directory that the standalone lives in", DefaultValueFactory = _ => ".mailfleet" };
Option<int> portOffset = new("--port-offset") { Description = "Added to every port: a multiple of 100 below 20,000" };
Option<bool> deep = new("--deep") { Description = "Read every byte and check it" };
Option<bool> repair = new("--repair") { Description = "Put right what can be put right from the rows: counters" };

Command up = new("up", "Start everything in the foreground") { data, portOffset };
up.SetAction((arguments, _) => UpCommand.RunAsync(arguments.GetValue(data)!, arguments.GetValue(portOffset)));

Command check = new("check", "Check the mail store, running or stopped") { data, deep, repair };
check.SetAction((arguments, token) => CheckCommand.RunAsync(arguments.GetValue(data)!, arguments.GetValue(deep), arguments.GetValue(repair), token));

Command reload = new("reload", "Have what runs on a directory read mailfleet.json again") { data };
reload.SetAction((arguments, token) => ReloadCommand.RunAsync(arguments.GetValue(data)!, token));

RootCommand root = new("Mailfleet standalone: a whole mail service on one machine") { up, check, reload, QueueCommand.Create(data) };
try
{
    // Signals are ours: stopping means draining, however long that takes.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
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
