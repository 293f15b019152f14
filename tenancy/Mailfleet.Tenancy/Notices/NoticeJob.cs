using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Tenancy.Notices;

/// <summary>Hands notices to the cells. The cell knows each by its key, so one that was not recorded is handed over again and arrives once. A cell that is away delays its own alone.</summary>
internal sealed partial class NoticeJob(NoticeTable table, CellLinks cells, TimeProvider clock, ILogger<NoticeJob> logger) : IJob
{
    private const int PageSize = 100;

    public string Name => "notices";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken)
    {
        int done = 0;
        bool isMore = false;
        foreach ((string cell, ICellLink link) in cells.ByName)
        {
            try
            {
                int sent = await SendAsync(cell, link, cancellationToken);
                done += sent;
                isMore |= sent == PageSize;
            }
            catch (Exception fault) when (fault is NpgsqlException or TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                LogAway(fault, cell);
            }
        }

        return new JobSlice(isMore ? "more" : null, done);
    }

    private async Task<int> SendAsync(string cell, ICellLink link, CancellationToken cancellationToken)
    {
        IReadOnlyList<Injection> waiting = await table.ReadWaitingAsync(cell, PageSize, cancellationToken);
        foreach (Injection notice in waiting)
        {
            try
            {
                await link.InjectAsync(notice, cancellationToken);
            }
            catch (ArgumentException fault)
            {
                LogRefused(fault, notice.Key); // it will never be taken: the others must not wait behind it
            }

            await table.RecordSentAsync(notice.Key, clock.GetUtcNow(), cancellationToken);
        }

        return waiting.Count;
    }

    [LoggerMessage(LogLevel.Error, "The notice {Key} is not what a cell takes; it is dropped")]
    private partial void LogRefused(Exception fault, string key);

    [LoggerMessage(LogLevel.Warning, "Cell {Cell} takes no notices now; they wait")]
    private partial void LogAway(Exception fault, string cell);
}
