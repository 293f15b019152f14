using Microsoft.Extensions.Hosting;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>Runs one pump a cell; each on its own, so that a cell that is away delays only itself.</summary>
internal sealed class ProvisioningPumps(IReadOnlyList<ProvisioningPump> pumps) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(pumps.Select(pump => pump.RunAsync(stoppingToken)));
}
