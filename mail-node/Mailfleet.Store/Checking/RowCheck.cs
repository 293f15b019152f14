using System.Globalization;
using Mailfleet.Store.Delivering;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>What can be proven by rows alone. Every query reads the one snapshot of the given transaction, so a running store cannot fool it.</summary>
internal static class RowCheck
{
    private static readonly string SizeOught = string.Create(
        CultureInfo.InvariantCulture,
        $"CASE WHEN m.delivered_to = '' THEN 0 ELSE {TraceLines.FixedLength} + octet_length(m.return_path) + octet_length(m.delivered_to) END + b.size_bytes");

    private const string LastChanges =
        "SELECT DISTINCT ON (mailbox_id, email_id) mailbox_id, email_id, modseq, kind FROM mail.change WHERE email_id > 0 ORDER BY mailbox_id, email_id, modseq DESC";

    /// <summary>SQL and how to say what a row of its result means.</summary>
    private static readonly (string Sql, string Text)[] Rules =
    [
        ("""
         SELECT m.mailbox_id, m.email_id, m.blob_id FROM mail.message m
         WHERE NOT EXISTS (SELECT FROM mail.blob b WHERE b.id = m.blob_id)
         """, "mailbox {0}: message {1} refers to blob {2}, which has no row"),

        ("""
         SELECT m.mailbox_id, m.email_id, m.folder_id FROM mail.message m
         WHERE NOT EXISTS (SELECT FROM mail.folder f WHERE f.mailbox_id = m.mailbox_id AND f.folder_id = m.folder_id)
           AND NOT EXISTS (SELECT FROM mail.deletion d WHERE d.mailbox_id = m.mailbox_id AND d.folder_id = m.folder_id AND d.uids @> m.uid)
         """, "mailbox {0}: message {1} is in folder {2}, which has no row"),

        ("""
         SELECT f.mailbox_id, f.folder_id, f.parent_id FROM mail.folder f WHERE f.parent_id IS NOT NULL
         AND NOT EXISTS (SELECT FROM mail.folder p WHERE p.mailbox_id = f.mailbox_id AND p.folder_id = f.parent_id)
         """, "mailbox {0}: folder {1} is in folder {2}, which has no row"),

        ("""
         WITH RECURSIVE above AS (
             SELECT mailbox_id, folder_id, parent_id FROM mail.folder WHERE parent_id IS NOT NULL
             UNION
             SELECT a.mailbox_id, a.folder_id, p.parent_id FROM above a JOIN mail.folder p ON p.mailbox_id = a.mailbox_id AND p.folder_id = a.parent_id
             WHERE p.parent_id IS NOT NULL)
         SELECT mailbox_id, folder_id FROM above WHERE folder_id = parent_id
         """, "mailbox {0}: folder {1} is inside itself"),

        ("""
         SELECT f.mailbox_id, f.folder_id, f.role FROM mail.folder f WHERE (f.folder_id <= 6 OR f.role IS NOT NULL) AND f.role IS DISTINCT FROM f.folder_id
         """, "mailbox {0}: folder {1} has the role {2}"),

        ("""
         SELECT m.mailbox_id, m.folder_id, m.uid, count(*) FROM mail.message m GROUP BY 1, 2, 3 HAVING count(*) > 1
         """, "mailbox {0}, folder {1}: UID {2} is given to {3} messages"),

        ($"""
         SELECT m.mailbox_id, m.email_id, m.size_bytes, {SizeOught}
         FROM mail.message m JOIN mail.blob b ON b.id = m.blob_id
         WHERE m.size_bytes <> {SizeOught}
         """, "mailbox {0}: message {1} says {2} bytes and has {3}"),

        ("""
         SELECT m.mailbox_id, m.email_id, m.modseq FROM mail.message m JOIN mail.mailbox b USING (mailbox_id)
         WHERE NOT EXISTS (SELECT FROM mail.change c WHERE c.mailbox_id = m.mailbox_id AND c.email_id = m.email_id AND c.modseq = m.modseq)
           AND m.modseq > b.pruned_modseq
         """, "mailbox {0}: message {1} has no change row at its modseq {2}"),

        ($"""
         SELECT l.mailbox_id, l.email_id, l.modseq FROM ({LastChanges}) l JOIN mail.mailbox b USING (mailbox_id)
         WHERE l.kind <> 9 AND l.modseq > b.pruned_modseq AND NOT EXISTS (SELECT FROM mail.message m WHERE m.mailbox_id = l.mailbox_id AND m.email_id = l.email_id)
         """, "mailbox {0}: message {1} went after modseq {2} and has no tombstone"),

        ($"""
         SELECT l.mailbox_id, l.email_id, l.modseq FROM ({LastChanges}) l
         WHERE l.kind = 9 AND EXISTS (SELECT FROM mail.message m WHERE m.mailbox_id = l.mailbox_id AND m.email_id = l.email_id)
         """, "mailbox {0}: message {1} is there and has a tombstone of modseq {2}"),

        ("""
         SELECT m.mailbox_id, m.email_id, m.keywords FROM mail.message m
         WHERE m.keywords IS NOT NULL AND m.keywords IS DISTINCT FROM (SELECT array_agg(DISTINCT lower(k) COLLATE "C") FROM unnest(m.keywords) AS k WHERE k ~ '^[!-~]{1,100}$')
         """, "mailbox {0}: message {1} has keywords that are not sorted lower-case atoms"),

        ($"""
         SELECT b.segment_id, b.id FROM mail.blob b
         WHERE NOT EXISTS (SELECT FROM mail.segment s WHERE s.id = b.segment_id AND s.state <> 2) AND {BlobReferences.Exist}
         """, "segment {0}: it has no row or is dead, and message {1} stands in it"),

        ("""
         SELECT b.segment_id, b.id, min(a.id) FROM mail.blob b
         JOIN mail.blob a ON a.segment_id = b.segment_id AND a.position = b.position AND a.id < b.id GROUP BY 1, 2
         """, "segment {0}: messages {1} and {2} stand at the same position"),

        ("""
         SELECT q.id FROM queue.message q WHERE NOT EXISTS (SELECT FROM mail.blob b WHERE b.id = q.id)
         """, "queue: message {0} has no stored copy"),

        ("""
         SELECT q.id FROM queue.message q WHERE NOT EXISTS (SELECT FROM queue.recipient r WHERE r.message_id = q.id)
         """, "queue: message {0} waits for no recipient"),

        ("""
         SELECT r.message_id, r.number FROM queue.recipient r WHERE NOT EXISTS (SELECT FROM queue.message q WHERE q.id = r.message_id)
         """, "queue: recipient {1} of message {0} has no message row"),
    ];

    public static async Task<List<StoreProblem>> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        List<StoreProblem> problems = [];
        foreach ((string sql, string text) in Rules)
        {
            await using NpgsqlCommand command = new(sql, snapshot) { CommandTimeout = 0 };
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            object[] values = new object[reader.FieldCount];
            while (await reader.ReadAsync(cancellationToken))
            {
                reader.GetValues(values);
                problems.Add(new StoreProblem(string.Format(CultureInfo.InvariantCulture, text, values)));
            }
        }

        return problems;
    }
}
