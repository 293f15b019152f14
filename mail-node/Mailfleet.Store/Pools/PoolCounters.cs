namespace Mailfleet.Store.Pools;

/// <summary>
/// What a transaction asks of one pool, against the room that was read. The room may shrink before the commit: then the commit fails, and its messages are decided anew.
/// </summary>
/// <param name="roomBytes">Null without a limit, or while the pool is being counted.</param>
internal sealed class PoolCounters(long? roomBytes)
{
    private long _taken;

    /// <param name="isPromised">The room was promised before: it counts, and is not refused.</param>
    public bool TryReserve(long bytes, bool isPromised)
    {
        if (!isPromised && bytes > roomBytes - _taken)
            return false;
        _taken += bytes;
        return true;
    }

    /// <summary>What is left when this is committed; the largest number without a limit.</summary>
    public long RoomLeft => roomBytes - _taken ?? long.MaxValue;

    public void Unreserve(long bytes) => _taken -= bytes;
}
