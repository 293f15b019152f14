using System.CommandLine;
using Mailfleet.Bench.Prepare;
using Mailfleet.Hosting;

Option<int> domains = new("--domains") { Description = "How many domains d0.test, d1.test …", Required = true };
Option<int> mailboxes = new("--mailboxes") { Description = "How many mailboxes in all", Required = true };
Option<string> data = new("--data") { Description = "Directory of the running standalone", DefaultValueFactory = _ => ".mailfleet" };

using TerminationSignal signal = new();
Command prepare = new("prepare", "Fill a running standalone with domains and mailboxes; adds what is missing") { domains, mailboxes, data };
prepare.SetAction((arguments, _) => PrepareCommand.RunAsync(
    arguments.GetValue(data)!, arguments.GetValue(domains), arguments.GetValue(mailboxes), signal.Token));

RootCommand root = new("Mailfleet's benchmarks") { prepare };
try
{
    // Signals are ours: stopping means cleaning up, however long that takes.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (StartException problem)
{
    await Console.Error.WriteLineAsync($"mailfleet: {problem.Message}");
    return 1;
}
catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
