namespace Mailfleet.Queue;

/// <summary>What a recipient's row waits for. Numbers are those of the rows.</summary>
public enum EntryState
{
    Waiting = 0,

    /// <summary>An operator holds it back.</summary>
    Held = 1,

    /// <summary>It has failed; only the report to the sender is missing.</summary>
    Failed = 2,

    /// <summary>It is delivered; only the report to the sender is missing.</summary>
    Delivered = 3,
}
