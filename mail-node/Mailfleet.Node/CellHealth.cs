using System.Globalization;
using Mailfleet.Directory;
using Mailfleet.Store;
using Mailfleet.Store.Spooling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mailfleet.Node;

/// <summary>
/// Healthy means that the cell's database answered the last look, at most a second ago, and that no mail waits on this node's disk. Degraded, which is
/// ready all the same: it does wait there, or it would if any came.
/// </summary>
internal sealed class CellHealth(MailDirectory directory, MailStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(directory.IsCurrent, store.Spooled, store.CanSpool && directory.CanResolve));

    internal static HealthCheckResult Judge(bool isCurrent, SpoolStatus? spool, bool canSpool)
    {
        string waiting = spool is { Messages: > 0 } ? string.Create(CultureInfo.InvariantCulture, $" {spool.Messages} messages wait on this node's disk, the oldest since {spool.OldestAt:u}.") : "";
        string aside = spool is { AsideFiles: > 0 } ? string.Create(CultureInfo.InvariantCulture, $" {spool.AsideFiles} spool files are set aside; an operator must look at them.") : "";
        if (!isCurrent)
        {
            return canSpool
                ? HealthCheckResult.Degraded($"The cell's database does not answer; mail is received and kept on this node's disk.{waiting}{aside}")
                : HealthCheckResult.Unhealthy($"The cell's database does not answer.{waiting}{aside}");
        }

        return waiting.Length + aside.Length > 0 ? HealthCheckResult.Degraded($"The cell's database answers.{waiting}{aside}") : HealthCheckResult.Healthy();
    }
}
