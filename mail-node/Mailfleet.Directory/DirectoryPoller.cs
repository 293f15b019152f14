using Microsoft.Extensions.Hosting;

namespace Mailfleet.Directory;

/// <summary>Keeps a node's directory at most one interval behind the cell.</summary>
public sealed class DirectoryPoller(MailDirectory directory, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(directory.Options.PollInterval, clock);
        do
        {
            await directory.PollAsync(stoppingToken);
            if (timer.Period != directory.Options.PollInterval)
                timer.Period = directory.Options.PollInterval;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
