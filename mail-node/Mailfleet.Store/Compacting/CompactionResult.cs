namespace Mailfleet.Store.Compacting;

/// <param name="Emptied">Segments that nothing stands in any more; their files go after the grace.</param>
/// <param name="Removed">Segment files removed.</param>
/// <param name="CopiedBytes">Live records moved to new segments.</param>
/// <param name="FreedBytes">Bytes of the removed files.</param>
public sealed record CompactionResult(int Emptied, int Removed, long CopiedBytes, long FreedBytes);
