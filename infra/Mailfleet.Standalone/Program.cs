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

Option<bool> json = new("--json") { Description = "Write JSON" };
Argument<string> prefix = new("prefix") { Description = "An address, or a network like 192.0.2.0/24" };
Command listBans = new("list", "Show the addresses that are let in no more") { data, json };
listBans.SetAction((arguments, token) => BansCommand.ListAsync(arguments.GetValue(data)!, arguments.GetValue(json), token));
Command removeBan = new("remove", "End a ban") { prefix, data, json };
removeBan.SetAction((arguments, token) => BansCommand.RemoveAsync(arguments.GetValue(data)!, arguments.GetValue(prefix)!, arguments.GetValue(json), token));
Command bans = new("bans", "Bans of the cell, running or stopped") { listBans, removeBan };

Command reload = new("reload", "Have what runs on a directory read mailfleet.json again") { data };
reload.SetAction((arguments, token) => ReloadCommand.RunAsync(arguments.GetValue(data)!, token));

Argument<string> by = new("step") { Description = "How far: +40d, +12h or +30m" };
Command clock = new("clock", "Move business time on, to try out what only time brings") { by, data };
clock.SetAction((arguments, token) => ClockCommand.RunAsync(arguments.GetValue(data)!, arguments.GetValue(by)!, token));

RootCommand root = new("Mailfleet standalone: a whole mail service on one machine") { up, check, reload, clock, QueueCommand.Create(data), bans };
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
