using Mailfleet.Bench.Peers;
using Mailfleet.Bench.Report;
using Mailfleet.Bench.Rows;
using Mailfleet.Bench.Server;
using Mailfleet.Hosting;

namespace Mailfleet.Bench;

/// <summary>The verb <c>bench</c>: one fresh standalone a group, its rows one after the other, a table at the end.</summary>
internal sealed record BenchCommand(string Standalone, IReadOnlyList<string> Groups, double Scale, int Repeat, bool WithPeers, string? JsonFile)
{
    private const long Spare = 3L << 30; // the database, its log, and room for the machine itself

    private static readonly string[] Known = ["smtp", "growth", "pop3", "outbound", "defence", "idle"];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (Scale is not (> 0 and <= 1) || Repeat < 1)
            throw new StartException("--scale is above 0 and at most 1; --repeat at least 1.");
        if (Groups.FirstOrDefault(x => !Known.Contains(x)) is { } unknown)
            throw new StartException($"There are no rows '{unknown}'; there are: {string.Join(' ', Known)}.");
        EnsureRoom();

        List<RowResult> rows = [];
        try
        {
            await MeasureAsync(rows, cancellationToken);
        }
        finally
        {
            // What was measured before a signal or a fault is worth showing.
            ResultTable.Print(rows);
            if (JsonFile is not null)
                await ResultTable.WriteJsonAsync(JsonFile, rows);
        }

        return rows.TrueForAll(x => x.Fault is null) ? 0 : 1;
    }

    private async Task MeasureAsync(List<RowResult> rows, CancellationToken cancellationToken)
    {
        await using SmtpSink? sink = await SmtpSink.StartAsync(cancellationToken);
        foreach (string group in Groups.Count == 0 ? Known : Groups)
        {
            await using StandaloneServer server = await StandaloneServer.StartAsync(Standalone, cancellationToken);
            await using PostfixDovecot? peers = WithPeers && group is "smtp" or "pop3" or "outbound" ? await PostfixDovecot.StartAsync(cancellationToken) : null;
            await foreach (RowResult row in Rows(group, new Rig(server, peers, sink, Scale, Repeat), cancellationToken))
            {
                ResultTable.PrintLine(row);
                rows.Add(row);
            }
        }
    }

    private static IAsyncEnumerable<RowResult> Rows(string group, Rig rig, CancellationToken cancellationToken) => group switch
    {
        "smtp" => SmtpRows.RunAsync(rig, cancellationToken),
        "growth" => GrowthRows.RunAsync(rig, cancellationToken),
        "pop3" => Pop3Rows.RunAsync(rig, cancellationToken),
        "outbound" => OutboundRows.RunAsync(rig, cancellationToken),
        "defence" => DefenceRows.RunAsync(rig, cancellationToken),
        _ => IdleRows.RunAsync(rig, cancellationToken),
    };

    private void EnsureRoom()
    {
        string temporary = Path.GetTempPath();
        long needed = Spare + (Groups.Count == 0 || Groups.Contains("smtp") ? SmtpRows.BytesNeeded(Scale, Repeat) : 0)
            + (Groups.Count == 0 || Groups.Contains("outbound") ? OutboundRows.BytesNeeded(Scale, Repeat) : 0)
            + (Groups.Count == 0 || Groups.Contains("growth") ? GrowthRows.BytesNeeded : 0);
        long free = new DriveInfo(temporary).AvailableFreeSpace;
        if (free < needed)
            throw new StartException($"{temporary} has {free >> 20} MB free; these rows need {needed >> 20} MB. Choose a smaller --scale, or another disk with TMPDIR.");
    }
}
