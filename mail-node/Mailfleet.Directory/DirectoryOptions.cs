using Mailfleet.Directory.LogIns;

namespace Mailfleet.Directory;

/// <summary>Limits of a node's view of the directory.</summary>
public sealed record DirectoryOptions
{
    /// <summary>The host's own name, lower-case A-labels: an address without a domain is one of its.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Who reads mail for postmaster without a domain, as an address; while it is empty, whoever is postmaster of the host's own name.</summary>
    public string Postmaster { get; init; } = "";

    /// <summary>Addresses kept in memory, and log-ins apart from them: all mailboxes of a cell of the planned size, about 60 MB when full.</summary>
    public int CachedEntries { get; init; } = 100_000;

    /// <summary>Time between two looks at what has changed. A change is to be live on every node within 2 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A look that takes longer has failed: until it returns, nothing that changed is noticed.</summary>
    public TimeSpan PollTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Password checks at one time. Each takes a core and 19 MiB for some 30 ms; one core stays free for mail.</summary>
    public int ConcurrentChecks { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Password checks that may wait, and as many again from where their accounts are known. About two seconds' work of one core: clients give up soon after, and what they no longer want is wasted.</summary>
    public int WaitingChecks { get; init; } = 64;

    /// <summary>How long a log-in that succeeded needs no Argon2id: a mail program opens several connections and comes back every few minutes.</summary>
    public TimeSpan LogInLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>File on this node's disk that keeps the cell's addresses for RCPT while its database is away; none when empty.</summary>
    public string SnapshotFile { get; init; } = "";

    /// <summary>Shortest time between two writings of that file: an address made since the last one hears 451 until the database is back.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An older file is not believed: too many of its addresses are gone.</summary>
    public TimeSpan SnapshotMaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What failed log-ins cost.</summary>
    public LogInLimits LogIns { get; init; } = new();

    internal void Validate()
    {
        LogIns.Validate();
        if (Postmaster.Length > 0 && AddressKey.TryParse(Postmaster) is not { Domain.Length: > 0 })
            throw new ArgumentException($"'{Postmaster}' is no address.");
        ArgumentOutOfRangeException.ThrowIfLessThan(CachedEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConcurrentChecks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(WaitingChecks);
        ArgumentOutOfRangeException.ThrowIfNegative(LogInLifetime.Ticks);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SnapshotInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SnapshotMaxAge, TimeSpan.Zero);
    }
}
