using System.Globalization;
using Mailfleet.Store.Deleting;
using Npgsql;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Messages;

/// <summary>Marks one chunk of messages in a mailbox that is held. One statement: rows, counters, change rows.</summary>
internal static class FlagRows
{
    // In the order of the outcomes below. RFC 7162 §3.1.3: a message that has changed since is told as such even when there is nothing to do.
    private static readonly string Update = string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        WITH {{DeletionIntents.OfMailbox}},
        found AS MATERIALIZED (
            SELECT m.email_id, m.folder_id, m.modseq, m.flags AS old_flags, m.keywords AS old_keywords,
                CASE WHEN $5 THEN $6 ELSE m.flags & ~$7 | $6 END AS flags,
                CASE WHEN $5 THEN nullif($8, '{}') WHEN $8 || $9 = '{}' THEN m.keywords ELSE (
                    SELECT array_agg(k ORDER BY k COLLATE "C") FROM (SELECT unnest(m.keywords) EXCEPT SELECT unnest($9) UNION SELECT unnest($8)) AS left_over (k)) END AS keywords
            FROM mail.message m WHERE m.mailbox_id = $1 AND m.email_id = ANY ($2) AND {{DeletionIntents.Spare}}),
        decided AS MATERIALIZED (
            SELECT *, CASE WHEN modseq > $4 THEN 2 WHEN flags = old_flags AND keywords IS NOT DISTINCT FROM old_keywords THEN 1
                WHEN cardinality(keywords) > {{FlagSet.MaxKeywords}} THEN 3 ELSE 0 END AS outcome
            FROM found),
        changed AS (
            UPDATE mail.message m SET flags = d.flags, keywords = d.keywords, modseq = $3 FROM decided d WHERE m.mailbox_id = $1 AND m.email_id = d.email_id AND d.outcome = 0),
        changes AS (
            INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) SELECT $1, $3, email_id, 2 FROM decided WHERE outcome = 0),
        folders AS (
            UPDATE mail.folder f SET highest_modseq = $3, seen_count = greatest(0, f.seen_count + p.seen)
            FROM (SELECT folder_id, sum((flags & 1) - (old_flags & 1))::integer AS seen FROM decided WHERE outcome = 0 GROUP BY folder_id) p
            WHERE f.mailbox_id = $1 AND f.folder_id = p.folder_id),
        box AS (
            UPDATE mail.mailbox SET modseq = $3 WHERE mailbox_id = $1 AND EXISTS (SELECT FROM decided WHERE outcome = 0))
        SELECT email_id, outcome FROM decided ORDER BY email_id
        """);

    /// <summary>Adds each message to the list of its outcome: changed, unchanged, modified, refused.</summary>
    public static async Task UpdateAsync(
        LockedMailbox mailbox, long[] emailIds, FlagChange change, long unchangedSince, List<long>[] outcomes, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = mailbox.Command(
            Update,
            Value(mailbox.Mailbox.Value), Value(emailIds), Value(mailbox.ModSeq), Value(unchangedSince), Value(change.IsReplacement), Value((int)change.Added.Bits),
            Value((int)change.Removed.Bits), Value(change.Added.ToKeywordArray()), Value(change.Removed.ToKeywordArray()));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            outcomes[reader.GetInt32(1)].Add(reader.GetInt64(0));
    }
}
