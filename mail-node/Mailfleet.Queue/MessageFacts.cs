using Mailfleet.Store;

namespace Mailfleet.Queue;

/// <summary>What all recipients of a queued message share.</summary>
public sealed record MessageFacts(
    long Id, long Customer, long? Mailbox, long SizeBytes, bool Is8Bit, bool IsUtf8, bool MayReport, bool? ReturnFull, string? EnvelopeId, DateTimeOffset AcceptedAt)
{
    /// <summary>Where its bytes were put, when this node has just taken it; null when it came out of the rows.</summary>
    public CopyPlace? Place { get; init; }
}
