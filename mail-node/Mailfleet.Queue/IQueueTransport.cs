namespace Mailfleet.Queue;

/// <summary>Carries mail away for the queue.</summary>
public interface IQueueTransport
{
    /// <summary>What mail for a domain shares a way with; the unit of concurrency.</summary>
    string HopOf(string domain);

    /// <summary>Tries once. Throws for cancellation; anything else thrown is a fault that defers all.</summary>
    /// <param name="isOwner">To be asked right before the point of no return: whether this node still owns the recipients.</param>
    Task<AttemptResult> TryAsync(Attempt attempt, Func<bool> isOwner, CancellationToken cancellationToken);
}
