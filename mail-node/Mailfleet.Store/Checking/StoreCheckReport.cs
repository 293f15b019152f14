namespace Mailfleet.Store.Checking;

/// <param name="Problems">Empty when the store is clean.</param>
/// <param name="Messages">Message rows seen.</param>
/// <param name="Blobs">Stored copies whose record was looked at.</param>
/// <param name="Segments">Segment files.</param>
/// <param name="StoredBytes">Length of all segment files.</param>
/// <param name="GarbageBytes">The part of them that no message needs: deleted mail and what a crash left. Not a problem; compaction frees it.</param>
public sealed record StoreCheckReport(IReadOnlyList<StoreProblem> Problems, long Messages, long Blobs, int Segments, long StoredBytes, long GarbageBytes)
{
    public bool IsClean => Problems.All(problem => problem.IsRepaired);

    /// <summary>Messages that wait on nodes' own disks for the cell's database. Not a problem; their nodes bring them in.</summary>
    public long Spooled { get; init; }
}
