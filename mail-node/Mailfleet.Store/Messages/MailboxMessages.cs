using Mailfleet.Cell;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Folders;
using Npgsql;

namespace Mailfleet.Store.Messages;

/// <summary>
/// What is done to messages that are there. Any number of them: in chunks, each a short hold of the mailbox and durable by itself, so that deliveries go on between
/// them; what a crash interrupts can be asked for again. What a large delete has decided on is gone for all of it.
/// </summary>
public sealed class MailboxMessages
{
    private const int ChunkMessages = 1_000;

    private readonly NpgsqlDataSource _cell;
    private readonly long _epoch;
    private readonly UsageHints _usage;
    private readonly ChangeHints _hints;
    private readonly Func<MailboxKey, IReadOnlyCollection<long>, Task> _delete;

    internal MailboxMessages(NpgsqlDataSource cell, long epoch, UsageHints usage, ChangeHints hints, Func<MailboxKey, IReadOnlyCollection<long>, Task> delete) =>
        (_cell, _epoch, _usage, _hints, _delete) = (cell, epoch, usage, hints, delete);

    /// <param name="unchangedSince">Leaves messages alone that have a later modseq (RFC 7162 §3.1.3); null to change them all.</param>
    public async Task<FlagResult> MarkAsync(
        MailboxKey mailbox, IReadOnlyCollection<long> emailIds, FlagChange change, long? unchangedSince, CancellationToken cancellationToken)
    {
        List<long>[] outcomes = [[], [], [], []];
        foreach (long[] chunk in ChunksOf(emailIds))
        {
            await using LockedMailbox? locked = await LockedMailbox.TryOpenAsync(_cell, mailbox, cancellationToken);
            if (locked is null)
                break;
            await FlagRows.UpdateAsync(locked, chunk, change, unchangedSince ?? long.MaxValue, outcomes, cancellationToken);
            await locked.CommitAsync();
            _hints.Announce(mailbox);
        }

        return new FlagResult(outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
    }

    /// <summary>Moves messages into a folder: they keep their e-mail ids and get new UIDs, and clients of the old folder are told that they went. Never refused for quota.</summary>
    public async Task<TransferResult> MoveAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, FolderId target, CancellationToken cancellationToken)
    {
        List<TransferredMessage> moved = [];
        uint uidValidity = 0;
        foreach (long[] chunk in ChunksOf(emailIds))
        {
            await using LockedMailbox? locked = await OpenAsync(mailbox, target, cancellationToken);
            if (locked is null)
                return new TransferResult(moved, uidValidity, TransferRefusal.MailboxGone);
            if (await TransferRows.FindTargetAsync(locked, target, cancellationToken) is not { } validity)
                return new TransferResult(moved, uidValidity, TransferRefusal.FolderGone);
            uidValidity = validity;
            await TransferRows.MoveAsync(locked, chunk, target, moved, cancellationToken);
            await locked.CommitAsync();
            _hints.Announce(mailbox);
        }

        return new TransferResult(moved, uidValidity, null);
    }

    /// <summary>Copies messages into a folder: new e-mails of the same stored bytes, which count for the quota. Refused whole; a crash may leave some of the chunks.</summary>
    public async Task<TransferResult> CopyAsync(MailboxKey mailbox, IReadOnlyCollection<long> emailIds, FolderId target, CancellationToken cancellationToken)
    {
        List<TransferredMessage> copied = [];
        uint uidValidity = 0;
        foreach (long[] chunk in ChunksOf(emailIds))
        {
            TransferRefusal? refusal = null;
            await using (LockedMailbox? locked = await OpenAsync(mailbox, target, cancellationToken))
            {
                if (locked is null)
                    refusal = TransferRefusal.MailboxGone;
                else if (await TransferRows.FindTargetAsync(locked, target, cancellationToken) is not { } validity)
                    refusal = TransferRefusal.FolderGone;
                else if (await TransferRows.CopyAsync(locked, chunk, target, _epoch, copied, cancellationToken) is not { } usedBytes)
                    refusal = TransferRefusal.OverQuota;
                else
                {
                    await locked.CommitAsync();
                    _hints.Announce(mailbox);
                    _usage.Set(mailbox, usedBytes);
                    uidValidity = validity;
                }
            }

            if (refusal is not { } cause)
                continue;
            await _delete(mailbox, [.. copied.Select(message => message.EmailId)]);
            return new TransferResult([], 0, cause);
        }

        return new TransferResult(copied, uidValidity, null);
    }

    private async Task<LockedMailbox?> OpenAsync(MailboxKey mailbox, FolderId target, CancellationToken cancellationToken)
    {
        // Before the lock: mail can be moved to Trash in a mailbox whose folders nobody has listed yet.
        if (target.Role is not (null or FolderRole.Inbox))
            await FolderRows.EnsureSystemAsync(_cell, [mailbox.Value], cancellationToken);
        return await LockedMailbox.TryOpenAsync(_cell, mailbox, cancellationToken);
    }

    private static IEnumerable<long[]> ChunksOf(IReadOnlyCollection<long> emailIds) => emailIds.Distinct().Order().Chunk(ChunkMessages);
}
