namespace Mailfleet.Queue;

/// <summary>What the queue has to know of a message beside its bytes.</summary>
public sealed record QueuedEnvelope
{
    /// <summary>Whose traffic it is; 0 for the host's own.</summary>
    public required long Customer { get; init; }

    /// <summary>The mailbox that has sent it; null for forwards and reports.</summary>
    public long? Mailbox { get; init; }

    public Lane Lane { get; init; } = Lane.Interactive;

    /// <summary>The sender is known to be who it says: a report to it is no backscatter.</summary>
    public required bool MayReport { get; init; }

    /// <summary>RET=FULL, RET=HDRS, or null where nothing was asked for (RFC 3461 §4.3).</summary>
    public bool? ReturnFull { get; init; }

    /// <summary>ENVID= decoded, or null.</summary>
    public string? EnvelopeId { get; init; }

    public required IReadOnlyList<QueuedRecipient> Recipients { get; init; }
}
