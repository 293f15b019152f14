using Mailfleet.Cell;

namespace Mailfleet.Store.Delivering;

/// <summary>The counters of one mailbox and its inbox while a transaction holds their locks. Plain arithmetic: the decision who gets what needs no database.</summary>
internal sealed class MailboxCounters(MailboxKey mailbox, long quotaBytes, bool isGone)
{
    public MailboxKey Mailbox { get; } = mailbox;

    public bool IsGone { get; } = isGone;

    /// <summary>False when another transaction holds the mailbox.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>One value for all that a transaction does to the mailbox.</summary>
    public long ModSeq { get; private set; }

    public long UsedBytes { get; private set; }

    public long NextEmailId { get; private set; }

    public long UidNext { get; init; }

    public int AddedCount { get; private set; }

    public long AddedBytes { get; private set; }

    public void Lock(long modSeq, long usedBytes, long nextEmailId)
    {
        IsLocked = true;
        ModSeq = modSeq + 1;
        UsedBytes = usedBytes;
        NextEmailId = nextEmailId;
    }

    /// <param name="isPromised">The room was promised before: nothing is asked.</param>
    public bool TryReserve(long bytes, bool isPromised)
    {
        if (!isPromised && bytes > quotaBytes - UsedBytes)
            return false;
        UsedBytes += bytes;
        return true;
    }

    public void Unreserve(long bytes) => UsedBytes -= bytes;

    /// <summary>Gives out the next e-mail id and UID for a reserved size.</summary>
    public (long EmailId, long Uid) Add(long bytes)
    {
        AddedCount++;
        AddedBytes += bytes;
        return (NextEmailId + AddedCount - 1, UidNext + AddedCount - 1);
    }
}
