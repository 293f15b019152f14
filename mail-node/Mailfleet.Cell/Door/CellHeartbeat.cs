namespace Mailfleet.Cell.Door;

/// <summary>What a cell carries and who serves it.</summary>
/// <param name="Mailboxes">That are not deleted.</param>
/// <param name="UsedBytes">Over all mailboxes.</param>
public sealed record CellHeartbeat(long Mailboxes, long UsedBytes, IReadOnlyList<NodeHeartbeat> Nodes);
