using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Hosting;

namespace Mailfleet.Tenancy;

/// <summary>Holds the host's start until the control database is ready.</summary>
internal sealed class TenancyStart(ControlDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
