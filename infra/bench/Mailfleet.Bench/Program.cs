using System.CommandLine;
using Mailfleet.Bench;
using Mailfleet.Bench.Prepare;
using Mailfleet.Hosting;

Option<int> domains = new("--domains") { Description = "How many domains d0.test, d1.test …", Required = true };
Option<int> mailboxes = new("--mailboxes") { Description = "How many mailboxes in all", Required = true };
Option<string> data = new("--data") { Description = "Directory of the running standalone", DefaultValueFactory = _ => ".mailfleet" };
Argument<string[]> groups = new("rows") { Description = "smtp, growth, pop3, outbound, defence, idle; all of them when none is given", Arity = ArgumentArity.ZeroOrMore };
Option<double> scale = new("--scale") { Description = "How much of the work is done, above 0 to 1", DefaultValueFactory = _ => 1 };
Option<int> repeat = new("--repeat") { Description = "Runs of each row, of which the best counts", DefaultValueFactory = _ => 1 };
Option<string?> json = new("--json") { Description = "File for the rows as an array of objects" };
Option<bool> withPeers = new("--with-peers") { Description = "Measure Postfix and Dovecot beside it" };
Option<string> standalone = new("--standalone") { Description = "Mailfleet.Standalone.dll", DefaultValueFactory = _ => "Mailfleet.Standalone.dll", Hidden = true };

using TerminationSignal signal = new();
Command prepare = new("prepare", "Fill a running standalone with domains and mailboxes; adds what is missing") { domains, mailboxes, data };
prepare.SetAction((arguments, _) => PrepareCommand.RunAsync(
    arguments.GetValue(data)!, arguments.GetValue(domains), arguments.GetValue(mailboxes), signal.Token));

RootCommand root = new("Mailfleet's benchmarks") { groups, scale, repeat, json, withPeers, standalone, prepare };
root.SetAction((arguments, _) => new BenchCommand(
    arguments.GetValue(standalone)!, arguments.GetValue(groups) ?? [], arguments.GetValue(scale), arguments.GetValue(repeat), arguments.GetValue(withPeers),
    arguments.GetValue(json)).RunAsync(signal.Token));
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
