using Mailfleet.Cell;
using Mailfleet.Cell.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store;

/// <summary>
/// The mail of a cell. Promise: when <see cref="DeliverAsync"/> says Stored, bytes and rows survive a power cut; otherwise nothing is stored.
/// </summary>
public sealed class MailStore : IAsyncDisposable
{
    /// <summary>Seals what an earlier start of this node left open and opens a new segment.</summary>
    public static Task<MailStore> OpenAsync(
        StoreOptions options, NpgsqlDataSource cell, NodeRegistration node, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Starts a message. Small ones stay in pooled memory, large ones are streamed to a segment of their own.</summary>
    public IncomingMessage Receive() => throw new NotSupportedException();

    /// <summary>Stores one copy of the message and one row for each target, all or nothing. Not cancellable once called.</summary>
    public Task<DeliveryResult> DeliverAsync(IncomingMessage message, IReadOnlyList<DeliveryTarget> targets) => throw new NotSupportedException();

    /// <summary>Whether a message of this size would fit the mailbox's quota now. A hint for RCPT; the commit decides.</summary>
    public ValueTask<bool> HasRoomAsync(MailboxKey mailbox, long quotaBytes, long sizeBytes, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>A snapshot of the inbox in UID order.</summary>
    public Task<FolderSnapshot> OpenInboxAsync(MailboxKey mailbox, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Opens a message for reading; null when it is gone.</summary>
    public Task<MessageReader?> OpenMessageAsync(MailboxKey mailbox, long emailId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Deletes messages of a folder, all or none; those already gone are skipped.</summary>
    public Task DeleteAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <param name="SegmentDirectory">Directory that every node of the cell mounts.</param>
public sealed record StoreOptions(string SegmentDirectory);

/// <summary>A message that is being received. Disposing without delivering forgets it.</summary>
public sealed class IncomingMessage : IAsyncDisposable
{
    /// <summary>Appends bytes; the memory is the caller's again after the call.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

    public long SizeBytes => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <param name="ReturnPath">Reverse-path without brackets, empty for the null one.</param>
/// <param name="DeliveredTo">The address this mailbox got it by.</param>
public sealed record DeliveryTarget(MailboxKey Mailbox, string ReturnPath, string DeliveredTo);

public enum DeliveryStatus
{
    /// <summary>Durable for every target.</summary>
    Stored,

    /// <summary>One target had no room; nothing is stored (452 4.2.2).</summary>
    OverQuota,

    /// <summary>One target is gone since RCPT; nothing is stored (450 4.2.1, the client tries again).</summary>
    MailboxGone,

    /// <summary>Disk or database trouble; nothing is acknowledged (451).</summary>
    Failed,
}

/// <param name="Refused">The targets that caused a refusal.</param>
public sealed record DeliveryResult(DeliveryStatus Status, IReadOnlyList<MailboxKey> Refused);

/// <summary>The messages of a folder at one moment, in UID order.</summary>
public sealed record FolderSnapshot(uint UidValidity, IReadOnlyList<SnapshotMessage> Messages);

/// <param name="SizeBytes">Logical size: Return-Path and Delivered-To lines plus the stored bytes.</param>
public readonly record struct SnapshotMessage(long EmailId, uint Uid, long SizeBytes);

/// <summary>Reads one message in order, its per-recipient header lines first. Damage throws <see cref="IOException"/>.</summary>
public sealed class MessageReader : IAsyncDisposable
{
    public long SizeBytes => throw new NotSupportedException();

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
