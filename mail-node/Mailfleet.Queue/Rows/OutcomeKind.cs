namespace Mailfleet.Queue.Rows;

/// <summary>What is written about a recipient. Numbers up to 4 are those of the trace.</summary>
internal enum OutcomeKind
{
    Delivered = 1,
    Deferred = 2,
    Failed = 3,

    /// <summary>Deferred until its time was over.</summary>
    GivenUp = 4,

    /// <summary>Its destination is down or its turn has not come: it waits on, and no try is counted.</summary>
    Postponed,
}
