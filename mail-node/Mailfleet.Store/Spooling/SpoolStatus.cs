namespace Mailfleet.Store.Spooling;

/// <summary>What a node's spool holds.</summary>
/// <param name="OldestAt">Arrival of the oldest message that waits; null when none does.</param>
/// <param name="AsideFiles">Files with mail that the cell cannot take; an operator must look at them.</param>
public sealed record SpoolStatus(long Messages, long Bytes, DateTimeOffset? OldestAt, int AsideFiles);
