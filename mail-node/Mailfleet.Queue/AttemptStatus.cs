namespace Mailfleet.Queue;

/// <summary>What an attempt came to for one recipient.</summary>
public enum AttemptStatus
{
    Delivered,

    /// <summary>Not now; it counts as a try.</summary>
    Deferred,

    /// <summary>Never.</summary>
    Failed,

    /// <summary>Nothing was said about it; it does not count.</summary>
    Untried,
}
