namespace Mailfleet.Store.Spooling;

/// <summary>Since when the cell's database has not answered, as this node's own statements saw it.</summary>
internal sealed class CellOutage(TimeSpan patience, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long? _since;

    /// <summary>How long an absence is none yet.</summary>
    public TimeSpan Patience { get; set; } = patience;

    public bool IsOn
    {
        get
        {
            lock (_gate)
                return _since is not null;
        }
    }

    /// <summary>It is more than a restart or a fail-over: what may be spooled no longer waits.</summary>
    public bool IsLong
    {
        get
        {
            lock (_gate)
                return _since is { } since && clock.GetElapsedTime(since) >= Patience;
        }
    }

    /// <summary>A statement has failed for want of a database.</summary>
    public void Note()
    {
        lock (_gate)
            _since ??= clock.GetTimestamp();
    }

    /// <summary>Something was written and committed.</summary>
    public void End()
    {
        lock (_gate)
            _since = null;
    }
}
