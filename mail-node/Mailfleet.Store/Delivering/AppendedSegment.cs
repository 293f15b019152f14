using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Delivering;

/// <summary>
/// The segment that stage 1 appends to. It may be sealed only when it is closed and the last delivery in it has its outcome: a sealed segment
/// without rows is garbage, and compaction must not meet one whose rows are still on their way.
/// </summary>
internal sealed class AppendedSegment(long id, ISegmentFile file, Action<AppendedSegment> retired)
{
    private int _holds = 1;

    public long Id { get; } = id;

    public long Length { get; private set; }

    /// <summary>Writes and syncs. After a fault the segment must be closed.</summary>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long newLength)
    {
        file.Write(pieces, Length);
        file.Sync();
        Length = newLength;
    }

    public void Close()
    {
        file.Dispose();
        Release();
    }

    public void Hold() => Interlocked.Increment(ref _holds);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0)
            retired(this);
    }
}
