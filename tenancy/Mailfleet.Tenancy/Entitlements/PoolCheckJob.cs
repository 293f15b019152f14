using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Entitlements;

/// <summary>Compares the counters of pools with what is there, each night, and sets wrong ones right. A wrong one is told: it is somebody's fault.</summary>
internal sealed partial class PoolCheckJob(FleetPools pools, ILogger<PoolCheckJob> logger) : IJob
{
    public string Name => "pool-check";

    public TimeSpan Interval => TimeSpan.FromDays(1);

    public async Task<JobSlice> RunSliceAsync(string? cursor, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolFault> faults = await pools.CheckAsync(repair: true, cancellationToken);
        foreach (PoolFault fault in faults)
            LogRepaired(fault.Node, fault.Kind, fault.Used, fault.Counted);
        return new JobSlice(null, faults.Count);
    }

    [LoggerMessage(LogLevel.Error, "The pool of {Node} counted {Used} {Kind} where there are {Counted}; it is right again")]
    private partial void LogRepaired(string node, PoolKind kind, long used, long counted);
}
