using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;

namespace Mailfleet.Store.Delivering;

/// <summary>The counters of one folder while a transaction holds its mailbox, and what the transaction adds to them.</summary>
internal sealed class FolderCounters(FolderId folder, long uidNext, DateTimeOffset? lastReceivedAt)
{
    /// <summary>Nodes' clocks differ and batches pass each other: within this, a delivery is said to have arrived with the one before it, so that UIDs keep the order of time.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public FolderId Folder { get; } = folder;

    public int AddedCount { get; private set; }

    public int AddedSeen { get; private set; }

    public long AddedBytes { get; private set; }

    /// <summary>The latest arrival in the folder.</summary>
    public DateTimeOffset? LastReceivedAt { get; private set; } = lastReceivedAt;

    /// <summary>Set when a message came that is older than one before it: from this UID on the order holds again.</summary>
    public long? DatedFromUid { get; private set; }

    /// <param name="now">Arrival of what comes by itself.</param>
    /// <param name="receivedAt">Arrival of what is put here with a time of its own, which is kept.</param>
    public (long Uid, DateTimeOffset ReceivedAt) Add(long bytes, MessageFlags flags, DateTimeOffset now, DateTimeOffset? receivedAt)
    {
        long uid = uidNext + AddedCount;
        DateTimeOffset arrival = receivedAt ?? now;
        AddedCount++;
        AddedBytes += bytes;
        AddedSeen += flags.HasFlag(MessageFlags.Seen) ? 1 : 0;
        if (LastReceivedAt is { } last && arrival < last)
        {
            if (receivedAt is null && last - arrival <= ClockSkew)
                arrival = last;
            else
                DatedFromUid = uid + 1;
        }
        else
            LastReceivedAt = arrival;
        return (uid, arrival);
    }
}
