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
            await FindAsync(snapshot, sql, text, (_, problem) => problems.Add(new StoreProblem(problem)), cancellationToken);
        return problems;
    }

    /// <summary>Tells each row of a rule's result: its first column and what is wrong.</summary>
    public static async Task FindAsync(NpgsqlConnection snapshot, string sql, string text, Action<object, string> tell, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        object[] values = new object[reader.FieldCount];
        while (await reader.ReadAsync(cancellationToken))
        {
            reader.GetValues(values);
            tell(values[0], string.Format(CultureInfo.InvariantCulture, text, values));
        }
    }
}
