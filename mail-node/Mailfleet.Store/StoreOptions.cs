using Mailfleet.Store.Spooling;

namespace Mailfleet.Store;

/// <param name="SegmentDirectory">Directory that every node of the cell mounts.</param>
public sealed record StoreOptions(string SegmentDirectory)
{
    /// <summary>A segment takes no more records once it is this long: small enough to compact in seconds, large enough that rolling costs nothing.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>A message that grows beyond this leaves memory for a segment of its own: 100 senders of large mail hold 100 MB, not 5 GB.</summary>
    public int StreamThresholdBytes { get; init; } = 1 << 20;

    /// <summary>One gathered write takes no more bytes than this, so that one sync stays short on slow disks.</summary>
    public long WriteBatchBytes { get; init; } = 16L << 20;

    /// <summary>One transaction inserts no more message rows than this (a single message with more recipients goes alone): locks stay short.</summary>
    public int CommitBatchRows { get; init; } = 2_000;

    /// <summary>How long a durable message waits for the database or a busy mailbox before its sender is told to try again. SMTP clients wait 10 minutes (RFC 5321 §4.5.3.2.6).</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one transaction waits for mailboxes that others hold when nothing else is to be done.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Segment files kept open for reading.</summary>
    public int OpenFiles { get; init; } = 256;

    /// <summary>Messages in the folder lists that are kept for the next look, 24 bytes each: a mail program that asks every few minutes gets no new list while nothing has changed.</summary>
    public int KeptSnapshotMessages { get; init; } = 1_000_000;

    /// <summary>A message up to this size is read whole and checked before its first byte is handed out; a larger one is checked while it streams.</summary>
    public int WholeReadBytes { get; init; } = 256 << 10;

    /// <summary>Where mail waits while the cell's database is away; null where the node has no such place.</summary>
    public SpoolOptions? Spool { get; init; }

    /// <summary>Folders of one mailbox: far beyond what people make, few enough to list at every click.</summary>
    public int MaxFolders { get; init; } = 2_000;

    /// <summary>Levels of folders; deeper paths would not fit the names that clients send.</summary>
    public int MaxFolderDepth { get; init; } = 16;
}
