using Mailfleet.Cell;
using Npgsql;
using static Mailfleet.Store.LockedMailbox;

namespace Mailfleet.Store.Checking;

/// <summary>
/// What is wrong inside a mailbox and can be put right without its messages' bytes: folders that nobody can reach, keywords that no client could have set, a record
/// of changes that does not fit what is there.
/// </summary>
internal static class MailboxCheck
{
    private const string LastChanges =
        "SELECT DISTINCT ON (mailbox_id, email_id) mailbox_id, email_id, modseq, kind FROM mail.change WHERE email_id > 0 ORDER BY mailbox_id, email_id, modseq DESC";

    private const string KeywordsOught = """(SELECT array_agg(DISTINCT lower(k) COLLATE "C") FROM unnest(m.keywords) AS k WHERE k ~ '^[!-~]{1,100}$')""";

    private const string HasNoParent = "f.parent_id IS NOT NULL AND NOT EXISTS (SELECT FROM mail.folder p WHERE p.mailbox_id = f.mailbox_id AND p.folder_id = f.parent_id)";

    // Every folder with each folder above it; a circle ends because no row comes twice.
    private const string Above =
        """
        above AS (
            SELECT mailbox_id, folder_id, parent_id FROM mail.folder WHERE parent_id IS NOT NULL
            UNION
            SELECT a.mailbox_id, a.folder_id, p.parent_id FROM above a JOIN mail.folder p ON p.mailbox_id = a.mailbox_id AND p.folder_id = a.parent_id
            WHERE p.parent_id IS NOT NULL)
        """;

    private static readonly (string Sql, string Text)[] Rules =
    [
        ($"SELECT f.mailbox_id, f.folder_id, f.parent_id FROM mail.folder f WHERE {HasNoParent}", "mailbox {0}: folder {1} is in folder {2}, which has no row"),

        ($"WITH RECURSIVE {Above} SELECT mailbox_id, folder_id FROM above WHERE folder_id = parent_id", "mailbox {0}: folder {1} is inside itself"),

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

        ($"SELECT m.mailbox_id, m.email_id FROM mail.message m WHERE m.keywords IS NOT NULL AND m.keywords IS DISTINCT FROM {KeywordsOught}",
            "mailbox {0}: message {1} has keywords that are not sorted lower-case atoms"),
    ];

    // The record of changes is begun anew: whoever follows it reads the mailbox once from the start, which is right whatever was wrong.
    private static readonly string[] Steps =
    [
        $"""
         WITH RECURSIVE {Above},
         lost AS (
             SELECT f.folder_id FROM mail.folder f WHERE f.mailbox_id = $1 AND {HasNoParent}
             UNION SELECT folder_id FROM above WHERE mailbox_id = $1 AND folder_id = parent_id)
         UPDATE mail.folder f SET parent_id = NULL, name = CASE WHEN f.folder_id <= 6 THEN f.name ELSE left(f.name, 40) || ' (' || f.folder_id || ')' END, changed_modseq = $2
         FROM lost WHERE f.mailbox_id = $1 AND f.folder_id = lost.folder_id
         """,
        $"UPDATE mail.message m SET keywords = {KeywordsOught}, modseq = $2 WHERE m.mailbox_id = $1 AND m.keywords IS NOT NULL AND m.keywords IS DISTINCT FROM {KeywordsOught}",
        "UPDATE mail.folder SET highest_modseq = $2 WHERE mailbox_id = $1",
        "DELETE FROM mail.change WHERE mailbox_id = $1 AND modseq < $2",
        "UPDATE mail.mailbox SET modseq = $2, pruned_modseq = $2 WHERE mailbox_id = $1",
    ];

    public static async Task<List<(long Mailbox, string Text)>> FindAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        List<(long Mailbox, string Text)> wrong = [];
        foreach ((string sql, string text) in Rules)
            await RowCheck.FindAsync(snapshot, sql, text, (mailbox, problem) => wrong.Add(((long)mailbox, problem)), cancellationToken);
        return wrong;
    }

    public static async Task RepairAsync(NpgsqlDataSource cell, long mailbox, CancellationToken cancellationToken)
    {
        await using LockedMailbox? locked = await TryOpenAsync(cell, new MailboxKey(mailbox), cancellationToken);
        if (locked is null)
            return;
        foreach (string step in Steps)
            await locked.ExecuteAsync(step, [Value(mailbox), Value(locked.ModSeq)], cancellationToken);
        await locked.CommitAsync();
    }
}
