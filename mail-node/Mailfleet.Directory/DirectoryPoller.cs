using Microsoft.Extensions.Hosting;

namespace Mailfleet.Directory;

/// <summary>Keeps a node's directory at most one interval behind the cell.</summary>
public sealed class DirectoryPoller(MailDirectory directory, DirectoryOptions options, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.PollInterval, clock);
        do
            await directory.PollAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
