using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Healthy while the control database answers.</summary>
public sealed class ControlHealth : IHealthCheck
{
    private readonly ControlConnection _control;

    internal ControlHealth(ControlConnection control) => _control = control;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using NpgsqlCommand ping = _control.Database.CreateCommand("SELECT 1");
            await ping.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException problem)
        {
            return HealthCheckResult.Unhealthy("The control database does not answer.", problem);
        }
    }
}
