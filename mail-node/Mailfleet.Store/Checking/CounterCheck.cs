using System.Globalization;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>
/// Counters against the rows they count. Sums must be equal; what gives out numbers (UIDNEXT, next e-mail id, modseq) must be above every
/// number given out. Repair moves the latter up only: a number once given out is never given again.
/// </summary>
internal static class CounterCheck
{
    private const string OfMailboxes =
        """
        WITH rows AS (
            SELECT mailbox_id, sum(size_bytes)::bigint AS bytes, max(email_id) AS email_id, max(modseq) AS modseq FROM mail.message {0} GROUP BY mailbox_id),
        changes AS (
            SELECT mailbox_id, max(modseq) AS modseq, max(email_id) AS email_id FROM mail.change {0} GROUP BY mailbox_id),
        folders AS (
            SELECT mailbox_id, max(greatest(highest_modseq, changed_modseq, created_modseq)) AS modseq, max(folder_id) AS folder_id
            FROM mail.folder {0} GROUP BY mailbox_id)
        SELECT mailbox_id, coalesce(b.used_bytes, -1) AS used_is, coalesce(r.bytes, 0) AS used_ought,
               coalesce(b.next_email_id, 0) AS next_is, greatest(coalesce(b.next_email_id, 0), coalesce(r.email_id, 0) + 1, coalesce(c.email_id, 0) + 1) AS next_ought,
               coalesce(b.modseq, -1) AS modseq_is, greatest(coalesce(b.modseq, 0), coalesce(r.modseq, 0), coalesce(c.modseq, 0), coalesce(f.modseq, 0)) AS modseq_ought,
               coalesce(b.next_folder_id, 0) AS folder_is, greatest(coalesce(b.next_folder_id, 0), coalesce(f.folder_id, 0) + 1) AS folder_ought
        FROM (SELECT * FROM mail.mailbox {0}) b FULL JOIN rows r USING (mailbox_id) FULL JOIN changes c USING (mailbox_id) FULL JOIN folders f USING (mailbox_id)
        """;

    private const string OfFolders =
        """
        WITH rows AS (
            SELECT mailbox_id, folder_id, count(*)::integer AS count, sum(flags & 1)::integer AS seen, sum(size_bytes)::bigint AS bytes, max(uid) AS uid, max(modseq) AS modseq
            FROM mail.message {0} GROUP BY mailbox_id, folder_id),
        tombstones AS (
            SELECT mailbox_id, folder_id, max(uid) AS uid, max(modseq) AS modseq FROM mail.change {0} GROUP BY mailbox_id, folder_id),
        late AS (
            SELECT mailbox_id, folder_id, max(uid) AS uid FROM (
                SELECT mailbox_id, folder_id, uid, received_at < max(received_at) OVER (
                    PARTITION BY mailbox_id, folder_id ORDER BY uid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_late
                FROM mail.message {0}) AS dated
            WHERE is_late GROUP BY mailbox_id, folder_id)
        SELECT f.mailbox_id, f.folder_id, f.total_count AS count_is, coalesce(r.count, 0) AS count_ought, f.total_bytes AS bytes_is, coalesce(r.bytes, 0) AS bytes_ought,
               f.seen_count AS seen_is, coalesce(r.seen, 0) AS seen_ought,
               f.uid_next AS next_is, greatest(f.uid_next, coalesce(r.uid, 0) + 1, coalesce(t.uid, 0) + 1) AS next_ought,
               f.highest_modseq AS modseq_is, greatest(f.highest_modseq, coalesce(r.modseq, 0), coalesce(t.modseq, 0)) AS modseq_ought,
               f.dated_from_uid AS dated_is, greatest(f.dated_from_uid, coalesce(l.uid, 0) + 1) AS dated_ought
        FROM (SELECT * FROM mail.folder {0}) f LEFT JOIN rows r USING (mailbox_id, folder_id) LEFT JOIN tombstones t USING (mailbox_id, folder_id)
        LEFT JOIN late l USING (mailbox_id, folder_id)
        """;

    private const string MailboxDiffers = "used_is <> used_ought OR next_is <> next_ought OR modseq_is <> modseq_ought OR folder_is <> folder_ought";

    private const string FolderDiffers = "count_is <> count_ought OR bytes_is <> bytes_ought OR seen_is <> seen_ought OR next_is <> next_ought OR modseq_is <> modseq_ought OR dated_is <> dated_ought";

    private static readonly string[] MailboxTexts =
        ["used bytes are {0} and should be {1}", "next e-mail id is {0} and should be {1}", "modseq is {0} and should be {1}", "next folder id is {0} and should be {1}"];

    private static readonly string[] FolderTexts =
        ["message count is {0} and should be {1}", "bytes are {0} and should be {1}", "seen count is {0} and should be {1}", "UIDNEXT is {0} and should be {1}", "HIGHESTMODSEQ is {0} and should be {1}",
         "UIDs are in order of arrival from {0} and should be from {1}"];

    /// <summary>The mailboxes with a wrong counter, and what is wrong.</summary>
    public static async Task<List<(long Mailbox, string Text)>> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        List<(long Mailbox, string Text)> wrong = [];
        await ReadAsync(snapshot, $"SELECT * FROM ({OfMailboxes.Replace("{0}", "", StringComparison.Ordinal)}) AS n WHERE {MailboxDiffers}", 1, MailboxTexts, wrong, cancellationToken);
        await ReadAsync(snapshot, $"SELECT * FROM ({OfFolders.Replace("{0}", "", StringComparison.Ordinal)}) AS n WHERE {FolderDiffers}", 2, FolderTexts, wrong, cancellationToken);
        return wrong;
    }

    /// <summary>Counts one mailbox anew under its lock.</summary>
    public static async Task RepairAsync(NpgsqlDataSource cell, long mailbox, CancellationToken cancellationToken)
    {
        const string One = "WHERE mailbox_id = $1";
        await MailboxRows.EnsureAsync(cell, [mailbox], cancellationToken);
        await using NpgsqlConnection connection = await cell.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        string[] steps =
        [
            "SELECT FROM mail.mailbox WHERE mailbox_id = $1 FOR NO KEY UPDATE",
            $"""
             UPDATE mail.folder f SET total_count = count_ought, total_bytes = bytes_ought, seen_count = seen_ought, uid_next = next_ought, highest_modseq = modseq_ought,
                 dated_from_uid = dated_ought
             FROM ({OfFolders.Replace("{0}", One, StringComparison.Ordinal)}) n
             WHERE f.mailbox_id = n.mailbox_id AND f.folder_id = n.folder_id AND ({FolderDiffers})
             """,
            $"""
             UPDATE mail.mailbox m SET used_bytes = used_ought, next_email_id = next_ought, modseq = modseq_ought, next_folder_id = folder_ought
             FROM ({OfMailboxes.Replace("{0}", One, StringComparison.Ordinal)}) n WHERE m.mailbox_id = n.mailbox_id AND ({MailboxDiffers})
             """,
        ];
        foreach (string step in steps)
        {
            await using NpgsqlCommand command = new(step, connection);
            command.Parameters.Add(new() { Value = mailbox });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>After the key columns each text has a pair of columns: what is and what should be.</summary>
    private static async Task ReadAsync(
        NpgsqlConnection snapshot, string sql, int keys, string[] texts, List<(long Mailbox, string Text)> wrong, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            string place = keys == 1 ? $"mailbox {reader.GetValue(0)}" : $"mailbox {reader.GetValue(0)}, folder {reader.GetValue(1)}";
            for (int index = 0; index < texts.Length; index++)
            {
                object isNow = reader.GetValue(keys + (2 * index));
                object ought = reader.GetValue(keys + (2 * index) + 1);
                if (!isNow.Equals(ought))
                    wrong.Add((reader.GetInt64(0), place + ": " + string.Format(CultureInfo.InvariantCulture, texts[index], isNow, ought)));
            }
        }
    }
}
