using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Fleet;

/// <summary>Asks every cell how it is, all at once and each with a bound, so that one that hangs delays nobody.</summary>
internal sealed class HeartbeatJob(CellLinks cells, FleetCells table, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "heartbeats";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken)
    {
        bool[] answered = await Task.WhenAll(cells.ByName.Select(cell => AskAsync(cell.Key, cell.Value, cancellationToken)));
        return new JobSlice(null, answered.Count(answer => answer));
    }

    private async Task<bool> AskAsync(string name, ICellLink link, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(Patience, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await table.RecordAsync(name, await link.ReadHeartbeatAsync(either.Token), clock.GetUtcNow(), cancellationToken);
            return true;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // What is wrong with the cell is the finding, not a fault of the job; it stands where operators look.
            await table.RecordSilenceAsync(name, $"{fault.GetType().Name}: {fault.Message}", clock.GetUtcNow(), cancellationToken);
            return false;
        }
    }
}
