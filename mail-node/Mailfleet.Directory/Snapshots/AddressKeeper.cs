using Microsoft.Extensions.Hosting;

namespace Mailfleet.Directory.Snapshots;

/// <summary>Keeps the snapshot of addresses on this node's disk fresh. Apart from the poller: writing a million addresses must not delay what is to be live in two seconds.</summary>
public sealed class AddressKeeper(MailDirectory directory, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Look, clock);
        do
            await directory.KeepSnapshotAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
