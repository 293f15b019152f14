using Mailfleet.Filter.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Filter.Sending;

/// <summary>Writes each second what accounts have sent, at the end of the node the rest, and forgets what is older than a day.</summary>
public sealed class SendingKeeper(SendingBook book, SentRows rows, TimeProvider clock, ILogger<SendingKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    private long? _prunedAt;
    private bool _isLost;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync(stoppingToken);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await book.FlushAsync(cancellationToken);
            if (_prunedAt is not { } last || clock.GetElapsedTime(last) >= PruneInterval)
            {
                await rows.PruneAsync(cancellationToken);
                _prunedAt = clock.GetTimestamp();
            }

            _isLost = false;
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            if (!_isLost)
                logger.SentLost(fault);                 // it stays in memory until it is written
            _isLost = true;
        }
    }
}
