using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Npgsql;
using NpgsqlTypes;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Changes;

/// <summary>
/// What changed in a mailbox since somebody last looked, in pages. Null means: read everything anew, because changes that old are forgotten (30 days), or because
/// the mailbox has not come that far (a restored cell). Each consumer keeps its own cursor a mailbox; nothing here is global.
/// </summary>
public sealed class ChangeFeed
{
    /// <summary>More folders than this that went since are told as: read everything anew.</summary>
    private const int MaxDestroyedFolders = 10_000;

    private const string ListEmails =
        """
        SELECT b.modseq, b.pruned_modseq, c.modseq, c.email_id, c.kind
        FROM mail.mailbox b LEFT JOIN LATERAL (
            SELECT modseq, email_id, kind FROM mail.change WHERE mailbox_id = b.mailbox_id AND (modseq, email_id) > ($2, $3) AND email_id > 0
            ORDER BY modseq, email_id LIMIT $4) c ON true
        WHERE b.mailbox_id = $1 ORDER BY c.modseq, c.email_id
        """;

    private const string ListFolders =
        """
        SELECT b.modseq, b.pruned_modseq, f.folder_id, f.created_modseq, f.changed_modseq, f.highest_modseq FROM mail.mailbox b JOIN mail.folder f USING (mailbox_id) WHERE b.mailbox_id = $1
        UNION ALL
        SELECT b.modseq, b.pruned_modseq, c.folder_id, NULL, NULL, NULL FROM mail.mailbox b JOIN (
            SELECT mailbox_id, folder_id FROM mail.change WHERE mailbox_id = $1 AND modseq > $2 AND email_id < 0 LIMIT $3) c USING (mailbox_id)
        """;

    private const string ListVanished =
        """
        SELECT b.modseq, b.pruned_modseq, (
            SELECT range_agg(int8range(uid, uid + 1)) FROM mail.change WHERE mailbox_id = $1 AND modseq > $2 AND folder_id = $3 AND kind IN (3, 9))
        FROM mail.mailbox b WHERE b.mailbox_id = $1
        """;

    private readonly NpgsqlDataSource _cell;

    internal ChangeFeed(NpgsqlDataSource cell) => _cell = cell;

    /// <param name="limit">Change rows in this page; the lists hold no more e-mails than that.</param>
    public async Task<EmailChanges?> ListEmailsAsync(MailboxKey mailbox, ChangeCursor since, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await using NpgsqlCommand command = _cell.CreateCommand(ListEmails);
        command.Parameters.Add(Value(mailbox.Value));
        command.Parameters.Add(Value(since.ModSeq));
        command.Parameters.Add(Value(since.EmailId));
        command.Parameters.Add(Value(limit + 1));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<long, (int First, int Last)> kinds = [];
        (ChangeCursor until, long? newest, bool hasMore) = (since, null, false);
        for (int row = 0; await reader.ReadAsync(cancellationToken); row++)
        {
            if (!Covers(since, modSeq: reader.GetInt64(0), prunedModSeq: reader.GetInt64(1)))
                return null;
            newest = reader.GetInt64(0);
            hasMore = row == limit;
            if (hasMore || reader.IsDBNull(2))
                break;

            (long modSeq, long emailId, int kind) = (reader.GetInt64(2), reader.GetInt64(3), reader.GetInt16(4));
            until = new ChangeCursor(modSeq, emailId);
            kinds[emailId] = (kinds.TryGetValue(emailId, out (int First, int Last) known) ? known.First : kind, kind);
        }

        return newest is { } modSeqNow ? Sort(kinds, hasMore ? until : ChangeCursor.After(modSeqNow), hasMore) : null;
    }

    public async Task<FolderChanges?> ListFoldersAsync(MailboxKey mailbox, long sinceModSeq, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(ListFolders);
        command.Parameters.Add(Value(mailbox.Value));
        command.Parameters.Add(Value(sinceModSeq));
        command.Parameters.Add(Value(MaxDestroyedFolders + 1));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        (List<FolderId> created, List<FolderId> updated, List<FolderId> counted, List<FolderId> destroyed) = ([], [], [], []);
        long? modSeq = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            modSeq = reader.GetInt64(0);
            if (!Covers(ChangeCursor.After(sinceModSeq), modSeq.Value, prunedModSeq: reader.GetInt64(1)))
                return null;
            List<FolderId>? list =
                reader.IsDBNull(3) ? destroyed
                : reader.GetInt64(3) > sinceModSeq ? created
                : reader.GetInt64(4) > sinceModSeq ? updated
                : reader.GetInt64(5) > sinceModSeq ? counted
                : null;
            list?.Add(new FolderId(reader.GetInt32(2)));
        }

        return modSeq is { } now && destroyed.Count <= MaxDestroyedFolders ? new FolderChanges(created, updated, counted, destroyed, now) : null;
    }

    /// <summary>The UIDs of messages that left a folder, deleted or moved (RFC 7162 §3.2.10).</summary>
    public async Task<IReadOnlyList<UidRange>?> ListVanishedAsync(MailboxKey mailbox, FolderId folder, long sinceModSeq, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(ListVanished);
        command.Parameters.Add(Value(mailbox.Value));
        command.Parameters.Add(Value(sinceModSeq));
        command.Parameters.Add(Value(folder.Value));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || !Covers(ChangeCursor.After(sinceModSeq), reader.GetInt64(0), reader.GetInt64(1)))
            return null;
        return reader.IsDBNull(2) ? [] : [.. reader.GetFieldValue<NpgsqlRange<long>[]>(2).Select(range => new UidRange((uint)range.LowerBound, (uint)(range.UpperBound - 1)))];
    }

    /// <summary>Changes up to the pruned modseq may be missing; beyond the mailbox's own there are none, so whoever claims to know them knows another mailbox.</summary>
    private static bool Covers(ChangeCursor since, long modSeq, long prunedModSeq) =>
        since.ModSeq <= modSeq && (since.ModSeq > prunedModSeq || since == ChangeCursor.After(prunedModSeq) || prunedModSeq == 0);

    private static EmailChanges Sort(Dictionary<long, (int First, int Last)> kinds, ChangeCursor until, bool hasMore)
    {
        (List<long> created, List<long> updated, List<long> destroyed) = ([], [], []);
        foreach ((long emailId, (int first, int last)) in kinds)
        {
            if (last == ChangeKind.Destroyed)
            {
                if (first != ChangeKind.Created)
                    destroyed.Add(emailId);
            }
            else
                (first == ChangeKind.Created ? created : updated).Add(emailId);
        }

        return new EmailChanges(created, updated, destroyed, until, hasMore);
    }
}
