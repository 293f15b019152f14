using Mailfleet.Cell.Passwords;
using Npgsql;

namespace Mailfleet.Cell.Door;

internal static class PasswordRows
{
    // Not ON CONFLICT: "excluded.password_hash" would count as reading the column, which the door may not.
    private const string Sql =
        """
        WITH wanted AS (
            SELECT given.*, mailbox.id AS mailbox_id
            FROM unnest($1, $2, $3) AS given (public_id, version, hash)
            LEFT JOIN directory.mailbox mailbox ON mailbox.public_id = given.public_id
        ), changed AS (
            UPDATE directory.credential held
            SET command_version = wanted.version, password_hash = wanted.hash, changed_at = now(), changed_xid = pg_current_xact_id()
            FROM wanted WHERE held.mailbox_id = wanted.mailbox_id AND held.command_version < wanted.version
            RETURNING held.mailbox_id, held.command_version
        ), added AS (
            INSERT INTO directory.credential (mailbox_id, command_version, password_hash)
            SELECT mailbox_id, version, hash FROM wanted
            WHERE mailbox_id IS NOT NULL AND NOT EXISTS (SELECT FROM directory.credential held WHERE held.mailbox_id = wanted.mailbox_id)
            RETURNING mailbox_id, command_version
        )
        SELECT public_id, COALESCE(changed.command_version, added.command_version, held.command_version, 0),
            CASE WHEN mailbox_id IS NULL THEN 'The cell has no mailbox ' || public_id || '.' END
        FROM wanted LEFT JOIN changed USING (mailbox_id) LEFT JOIN added USING (mailbox_id) LEFT JOIN directory.credential held USING (mailbox_id)
        """;

    public static IReadOnlyList<SetPasswordCommand> Checked(IReadOnlyList<SetPasswordCommand> rows, Action<string, string> refuse) =>
        DesiredRows.Newest(rows, row => row.MailboxId, row => row.Version, Fault, refuse);

    public static NpgsqlBatchCommand Command(IReadOnlyList<SetPasswordCommand> rows) => new NpgsqlBatchCommand(Sql)
        .With(rows, row => row.MailboxId)
        .With(rows, row => row.Version)
        .With(rows, row => row.Hash);

    private static string? Fault(SetPasswordCommand row) =>
        PasswordHash.IsAcceptable(row.Hash) ? null : "The hash is not an Argon2id hash of a cost that this cell checks.";
}
