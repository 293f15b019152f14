using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Pools;

namespace Mailfleet.Store.Delivering;

/// <summary>The counters of one mailbox while a transaction holds its lock. Plain arithmetic: the decision who gets what needs no database.</summary>
internal sealed class MailboxCounters(MailboxKey mailbox, long quotaBytes, bool isGone)
{
    // The inbox alone, nearly always: a list is the smallest map.
    private readonly List<FolderCounters> _folders = [];
    private readonly List<PoolCounters> _pools = [];

    public MailboxKey Mailbox { get; } = mailbox;

    public bool IsGone { get; } = isGone;

    /// <summary>False when another transaction holds the mailbox.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>One value for all that a transaction does to the mailbox.</summary>
    public long ModSeq { get; private set; }

    public long UsedBytes { get; private set; }

    public long NextEmailId { get; private set; }

    public int AddedCount { get; private set; }

    public long AddedBytes { get; private set; }

    /// <summary>Of <see cref="AddedBytes"/>, what was promised before.</summary>
    public long PromisedBytes { get; private set; }

    public IReadOnlyList<FolderCounters> Folders => _folders;

    /// <summary>What the mailbox's domain and customer share with others; none without limits.</summary>
    public IReadOnlyList<PoolCounters> Pools => _pools;

    /// <summary>In the narrowest pool; the largest number without one.</summary>
    public long PoolRoom => _pools.Count == 0 ? long.MaxValue : _pools.Min(pool => pool.RoomLeft);

    public void Lock(long modSeq, long usedBytes, long nextEmailId)
    {
        IsLocked = true;
        ModSeq = modSeq + 1;
        UsedBytes = usedBytes;
        NextEmailId = nextEmailId;
    }

    public void Add(FolderCounters folder) => _folders.Add(folder);

    public void Add(PoolCounters pool) => _pools.Add(pool);

    /// <summary>Null when the mailbox has no such folder.</summary>
    public FolderCounters? Find(FolderId folder)
    {
        foreach (FolderCounters known in _folders)
        {
            if (known.Folder == folder)
                return known;
        }

        return null;
    }

    /// <param name="isPromised">The room was promised before: nothing is asked.</param>
    public bool TryReserve(long bytes, bool isPromised)
    {
        if (!isPromised && bytes > quotaBytes - UsedBytes)
            return false;
        int reserved = 0;
        while (reserved < _pools.Count && _pools[reserved].TryReserve(bytes, isPromised))
            reserved++;
        if (reserved < _pools.Count)
        {
            foreach (PoolCounters pool in _pools[..reserved])
                pool.Unreserve(bytes);
            return false;
        }

        UsedBytes += bytes;
        return true;
    }

    public void Unreserve(long bytes)
    {
        UsedBytes -= bytes;
        foreach (PoolCounters pool in _pools)
            pool.Unreserve(bytes);
    }

    /// <summary>Gives out the next e-mail id for a reserved size.</summary>
    public long Add(long bytes, bool isPromised)
    {
        AddedCount++;
        AddedBytes += bytes;
        PromisedBytes += isPromised ? bytes : 0;
        return NextEmailId + AddedCount - 1;
    }
}
