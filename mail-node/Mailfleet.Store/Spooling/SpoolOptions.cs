namespace Mailfleet.Store.Spooling;

/// <summary>The node's own place for mail that its cell's database cannot take now.</summary>
/// <param name="Directory">On a local disk, of this node alone.</param>
public sealed record SpoolOptions(string Directory)
{
    /// <summary>Enough for an hour at ten messages a second of 50 KB; what one disk alone holds is to stay small.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>When the oldest message has waited this long, nothing more is taken: a longer outage is better kept by the senders' queues, which hold mail for days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long the database may be away before mail is spooled: a restart of it goes by unnoticed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks whether the database is back.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);
}
