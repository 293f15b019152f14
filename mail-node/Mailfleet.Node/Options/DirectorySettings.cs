using System.ComponentModel.DataAnnotations;
using Mailfleet.Directory;

namespace Mailfleet.Node.Options;

/// <summary>How the node keeps the cell's directory in memory.</summary>
public sealed record DirectorySettings
{
    /// <summary>Addresses kept in memory, and log-ins apart from them: all mailboxes of a cell of the planned size, about 60 MB when full.</summary>
    [Range(100, 10_000_000)]
    public int CachedEntries { get; init; } = 100_000;

    /// <summary>Time between two looks at what has changed: a new password, state or limit is to be live on every node within two seconds.</summary>
    [Range(100, 1_500)]
    public int PollMilliseconds { get; init; } = 1_000;

    /// <summary>A look that takes longer has failed: until it returns, nothing that changed is noticed.</summary>
    [Range(1, 60)]
    public int PollTimeoutSeconds { get; init; } = 5;

    internal DirectoryOptions ToOptions(string hostName, string postmaster, LogInOptions logIns)
    {
        DirectoryOptions options = new()
        {
            HostName = hostName,
            Postmaster = postmaster,
            CachedEntries = CachedEntries,
            PollInterval = TimeSpan.FromMilliseconds(PollMilliseconds),
            PollTimeout = TimeSpan.FromSeconds(PollTimeoutSeconds),
            WaitingChecks = logIns.WaitingChecks,
            LogInLifetime = TimeSpan.FromSeconds(logIns.RememberedSeconds),
            LogIns = logIns.ToLimits(),
        };
        return logIns.ConcurrentChecks == 0 ? options : options with { ConcurrentChecks = logIns.ConcurrentChecks };
    }
}
