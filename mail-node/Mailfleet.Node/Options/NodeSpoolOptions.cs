using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>The mail that a node with the role <c>mx</c> keeps on its own disk while its cell's database is away.</summary>
public sealed record NodeSpoolOptions
{
    /// <summary>Directory on a local disk; each node makes one of its name in it. <c>spool</c> beside the segments when empty.</summary>
    public string Directory { get; init; } = "";

    /// <summary>Bytes it may hold, 0 for no spool. 2 GB is an hour at ten messages a second of 50 KB; what one disk alone holds is to stay small.</summary>
    [Range(0, long.MaxValue)]
    public long Bytes { get; init; } = 2L << 30;

    /// <summary>Once its oldest message has waited this long it takes no more: the senders' queues keep mail for days, and on more disks than one.</summary>
    [Range(1, 10_080)]
    public int Minutes { get; init; } = 240;

    /// <summary>How long the database may be away before mail is spooled: a restart or fail-over that is over by then goes by unnoticed.</summary>
    [Range(1, 300)]
    public int PatienceSeconds { get; init; } = 5;

    /// <summary>Shortest time between two writings of the cell's addresses to this disk; an address made since hears 451 while the database is away.</summary>
    [Range(1, 1_440)]
    public int AddressMinutes { get; init; } = 5;
}
