using Mailfleet.Directory;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mailfleet.Node;

/// <summary>Ready means that the cell's database answered the last look, at most a second ago.</summary>
internal sealed class CellHealth(MailDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(directory.IsCurrent ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The cell's database does not answer."));
}
