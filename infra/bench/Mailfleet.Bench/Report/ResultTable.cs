using System.Globalization;
using System.Text.Json;
using Mailfleet.Bench.Load;
using Mailfleet.Bench.Rows;
using Spectre.Console;

namespace Mailfleet.Bench.Report;

/// <summary>The rows for people and for programs.</summary>
internal static class ResultTable
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Task WriteJsonAsync(string file, IReadOnlyList<RowResult> rows) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(rows, Options));

    /// <summary>One line as soon as the row is done.</summary>
    public static void PrintLine(RowResult row) => Console.Error.WriteLine(
        $"{row.Group}: {row.Work}, {row.Connections} connections: {Number(row.Ours)} {row.Unit}{(row.Fault is null ? "" : $" ({row.Fault})")}");

    public static void Print(IReadOnlyList<RowResult> rows)
    {
        Table judged = new Table().RoundedBorder().AddColumns("work", "connections", "ours", "peer", "ceiling", "ratio", "goal", "pass");
        Table details = new Table().RoundedBorder().AddColumns("work", "connections", "p50 ms", "p99 ms", "max ms", "CPU ms", "of it database", "written/byte", "syncs", "memory MB");
        foreach (RowResult row in rows)
        {
            string connections = row.Connections.ToString(CultureInfo.InvariantCulture);
            string peer = row.Peer is { } measured ? Number(measured) : row.PeerRecorded is { } recorded ? $"{Number(recorded)}*" : "";
            judged.AddRow([.. new[]
            {
                $"{row.Group}: {row.Work}", connections, $"{Number(row.Ours)} {row.Unit}", peer, Number(row.Ceiling), Number(row.Ratio), row.Goal,
                row.Fault ?? (row.Pass is { } pass ? pass ? "yes" : "no" : ""),
            }.Select(Markup.Escape)]);
            details.AddRow([.. new[]
            {
                $"{row.Group}: {row.Work}", connections, Number(row.P50Ms), Number(row.P99Ms), Number(row.MaxMs), Number(row.CpuMsPerUnit), Number(row.DatabaseCpuMsPerUnit), Number(row.WrittenPerByte), Number(row.SyncsPerUnit),
                $"{Number(row.MemoryBeforeMb)} → {Number(row.MemoryUnderLoadMb)}".Trim(' ', '→'),
            }.Select(Markup.Escape)]);
        }

        // A pipe has no width of its own; a table that is broken into narrow columns helps nobody.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 180;
        AnsiConsole.Write(judged);
        AnsiConsole.Write(details);
        Console.WriteLine("* the peer's figure of an earlier run on a quiet machine; --with-peers measures it here. CPU, syncs and bytes written: for one message (or log-in), server and database; memory: the server alone.");
        Console.WriteLine($"Load average: {rows.Select(x => x.LoadAverage).DefaultIfEmpty().Max():0.0} at most, on {Environment.ProcessorCount} processors (the load itself included). "
            + $"Mail to one domain was sent by {(SmtpSource.IsInstalled ? "smtp-source" : "our own client, which is slower than smtp-source (install Postfix for it)")}.");
    }

    private static string Number(double? number) => number switch
    {
        null => "",
        >= 100 => number.Value.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 10 => number.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => number.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
