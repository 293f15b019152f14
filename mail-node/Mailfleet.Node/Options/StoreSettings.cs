using System.ComponentModel.DataAnnotations;
using Mailfleet.Store;
using Mailfleet.Store.Compacting;

namespace Mailfleet.Node.Options;

/// <summary>How the node writes, reads and compacts mail.</summary>
public sealed record StoreSettings
{
    /// <summary>A segment takes no more records once it is this long: small enough to compact in seconds, large enough that rolling costs nothing.</summary>
    [Range(1 << 20, 1L << 40)]
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>A message that grows beyond this leaves memory for a segment of its own: 100 senders of large mail hold 100 MB, not 5 GB.</summary>
    [Range(64 << 10, 1 << 30)]
    public int StreamThresholdBytes { get; init; } = 1 << 20;

    /// <summary>One gathered write takes no more bytes than this, so that one sync stays short on slow disks.</summary>
    [Range(1 << 20, 1L << 30)]
    public long WriteBatchBytes { get; init; } = 16L << 20;

    /// <summary>One transaction inserts no more message rows than this (a single message with more recipients goes alone): locks stay short.</summary>
    [Range(1, 100_000)]
    public int CommitBatchRows { get; init; } = 2_000;

    /// <summary>How long a durable message waits for the database or a busy mailbox before its sender is told to try again; clients wait ten minutes (RFC 5321 §4.5.3.2.6).</summary>
    [Range(1, 300)]
    public int CommitTimeoutSeconds { get; init; } = 30;

    /// <summary>How long one transaction waits for mailboxes that others hold when nothing else is to be done.</summary>
    [Range(10, 10_000)]
    public int LockTimeoutMilliseconds { get; init; } = 250;

    /// <summary>Segment files kept open for reading.</summary>
    [Range(16, 100_000)]
    public int OpenFiles { get; init; } = 256;

    /// <summary>Messages in the folder lists that are kept for the next look, 24 bytes each.</summary>
    [Range(0, 100_000_000)]
    public int KeptSnapshotMessages { get; init; } = 1_000_000;

    /// <summary>A message up to this size is read whole and checked before its first byte is handed out; a larger one is checked while it streams.</summary>
    [Range(4 << 10, 64 << 20)]
    public int WholeReadBytes { get; init; } = 256 << 10;

    /// <summary>A sealed segment is copied together when no more than this part of it is still needed: each byte given back costs at most one byte copied.</summary>
    [Range(0.0, 0.9)]
    public double CompactionLiveShare { get; init; } = 0.5;

    /// <summary>Segments younger than this are left alone, so that a commit whose outcome is unclear is settled long before its blob row could go.</summary>
    [Range(600, 604_800)]
    public int CompactionMinAgeSeconds { get; init; } = 600;

    /// <summary>A dead segment's file stays this long, because readers may have looked it up just before. In production: longer than the backup window.</summary>
    [Range(3_600, 31_536_000)]
    public int CompactionGraceSeconds { get; init; } = 3_600;

    internal StoreOptions ToOptions(string segments) => new(segments)
    {
        SegmentBytes = SegmentBytes,
        StreamThresholdBytes = StreamThresholdBytes,
        WriteBatchBytes = WriteBatchBytes,
        CommitBatchRows = CommitBatchRows,
        CommitTimeout = TimeSpan.FromSeconds(CommitTimeoutSeconds),
        LockTimeout = TimeSpan.FromMilliseconds(LockTimeoutMilliseconds),
        OpenFiles = OpenFiles,
        KeptSnapshotMessages = KeptSnapshotMessages,
        WholeReadBytes = WholeReadBytes,
    };

    internal CompactionOptions ToCompaction() => new()
    {
        LiveShare = CompactionLiveShare,
        MinAge = TimeSpan.FromSeconds(CompactionMinAgeSeconds),
        Grace = TimeSpan.FromSeconds(CompactionGraceSeconds),
    };
}
