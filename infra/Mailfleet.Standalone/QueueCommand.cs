using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mailfleet.Hosting;
using Mailfleet.Message;
using Mailfleet.Queue.Admin;
using Npgsql;
using Spectre.Console;

namespace Mailfleet.Standalone;

/// <summary>Shows and moves what waits to leave the cell of a running standalone.</summary>
internal sealed class QueueCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<string> _data;
    private readonly Option<string?> _id = new("--id") { Description = "A message, or one recipient of it, as list shows it" };
    private readonly Option<string?> _domain = new("--domain") { Description = "Domain of the recipients; *.NAME for every name below" };
    private readonly Option<string?> _sender = new("--sender") { Description = "Envelope sender" };
    private readonly Option<string?> _recipient = new("--recipient") { Description = "Envelope recipient" };
    private readonly Option<bool> _all = new("--all") { Description = "Everything that waits" };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON" };
    private readonly Option<int> _limit = new("--limit") { Description = "Recipients to show, the oldest first", DefaultValueFactory = _ => 1000 };

    private QueueCommand(Option<string> data) => _data = data;

    public static Command Create(Option<string> data) => new QueueCommand(data).Build();

    private Command Build()
    {
        Command queue = new("queue", "Mail that waits to leave");
        Command list = new("list", "Show it") { _data, _id, _domain, _sender, _recipient, _all, _limit, _json };
        list.SetAction(ListAsync);
        queue.Add(list);
        foreach ((QueueVerb verb, string description) in ((QueueVerb, string)[])
            [
                (QueueVerb.Hold, "Keep it back until release"), (QueueVerb.Release, "Let go what was held"), (QueueVerb.Retry, "Try it now"),
                (QueueVerb.Bounce, "Give it up and tell the sender"), (QueueVerb.Delete, "Drop it without a word"),
            ])
        {
            Command command = new(verb.ToString().ToLowerInvariant(), description) { _data, _id, _domain, _sender, _recipient, _all, _json };
            command.SetAction((arguments, token) => DoAsync(verb, arguments, token));
            queue.Add(command);
        }

        return queue;
    }

    private async Task<int> ListAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource cell = Open(arguments);
        IReadOnlyList<QueuedItem> items = await new QueueAdmin(cell).ListAsync(FilterOf(arguments), arguments.GetValue(_limit), cancellationToken);
        if (arguments.GetValue(_json))
        {
            Console.WriteLine(JsonSerializer.Serialize(items, Json));
            return 0;
        }

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 250;
        Table table = new Table().RoundedBorder().AddColumns("Id", "Recipient", "Sender", "State", "Tries", "Next", "Last reply");
        foreach (QueuedItem item in items)
        {
            string next = item.State == "waiting" ? item.NextAttemptAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : item.Node ?? "";
            table.AddRow(((string[])[item.Id, item.Recipient, item.Sender, item.State, item.Attempts.ToString(CultureInfo.InvariantCulture), next, item.LastReply ?? ""]).Select(Markup.Escape).ToArray());
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{items.Count} recipients");
        return 0;
    }

    private async Task<int> DoAsync(QueueVerb verb, ParseResult arguments, CancellationToken cancellationToken)
    {
        QueueFilter filter = FilterOf(arguments);
        if (filter == new QueueFilter() != arguments.GetValue(_all))
            throw new StartException("Say which mail is meant: by --id, --domain, --sender, --recipient, or by --all alone.");
        await using NpgsqlDataSource cell = Open(arguments);
        int count = await new QueueAdmin(cell).DoAsync(verb, filter, cancellationToken);
        Console.WriteLine(arguments.GetValue(_json) ? JsonSerializer.Serialize(new { verb = verb.ToString().ToLowerInvariant(), recipients = count }, Json) : $"{count} recipients");
        return 0;
    }

    private QueueFilter FilterOf(ParseResult arguments)
    {
        (long Message, int? Number)? id = null;
        if (arguments.GetValue(_id) is { } text && (id = QueueFilter.ParseId(text)) is null)
            throw new StartException($"'{text}' is no id of the queue; ./mailfleet queue list shows them.");
        string? domain = arguments.GetValue(_domain);
        string below = domain?.StartsWith("*.", StringComparison.Ordinal) == true ? "*." : "";
        if (domain is not null)
            domain = below + (MailDomain.Normalize(domain[below.Length..]) ?? throw new StartException($"'{domain}' is no domain."));
        return new QueueFilter(id?.Message, id?.Number, domain, arguments.GetValue(_sender), arguments.GetValue(_recipient));
    }

    private NpgsqlDataSource Open(ParseResult arguments)
    {
        string path = arguments.GetValue(_data)!;
        string settings = Path.Combine(path, "run", "node.json");
        if (!File.Exists(settings))
            throw new StartException($"No standalone has run on {Path.GetFullPath(path)} yet. Start one with ./mailfleet up, or name another directory with --data.");
        string? cell = SettingsFiles.Load((settings, false), (Path.Combine(path, "mailfleet.json"), true))["cell:database"];
        return NpgsqlDataSource.Create(cell ?? throw new StartException($"{settings} names no cell database."));
    }
}
