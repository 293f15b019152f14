namespace Mailfleet.Cell.Door;

/// <summary>What became of a recipient at one time. Numbers are those of <c>queue.trace</c>.</summary>
public enum TraceResult
{
    /// <summary>Another host has taken it.</summary>
    Delivered = 1,

    /// <summary>Not now; it is tried again.</summary>
    Deferred = 2,

    /// <summary>Refused for good.</summary>
    Failed = 3,

    /// <summary>Deferred until its time was over.</summary>
    GivenUp = 4,

    /// <summary>Returned to its sender by an operator.</summary>
    Returned = 5,

    /// <summary>Deleted by an operator.</summary>
    Deleted = 6,
}
