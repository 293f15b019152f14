using Npgsql;

namespace Mailfleet.Cell.Door;

internal static class MailboxRows
{
    // Every mailbox that is not deleted holds its address, whatever its domain's state; of two rows of one page that want it, the first gets it.
    private const string Sql =
        """
        WITH wanted AS (
            SELECT given.*, parent.id AS domain_id, COALESCE(held.version, 0) AS held_version
            FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY AS given (public_id, version, domain, local_part, quota_bytes, state, sends_freely, place)
            LEFT JOIN directory.domain parent ON parent.public_id = given.domain
            LEFT JOIN directory.mailbox held ON held.public_id = given.public_id
        ), judged AS (
            SELECT *, CASE
                WHEN domain_id IS NULL THEN 'The cell has no domain ' || domain || '.'
                WHEN state <> 9 AND EXISTS (
                    SELECT FROM directory.mailbox other
                    WHERE other.domain_id = wanted.domain_id AND other.local_part = wanted.local_part AND other.state <> 9
                        AND other.public_id <> wanted.public_id)
                    THEN 'Another mailbox of the domain has the local part ' || local_part || '.'
            END AS refusal
            FROM wanted WHERE version > held_version
        ), first_come AS (
            SELECT *, row_number() OVER (PARTITION BY domain_id, local_part, state <> 9 ORDER BY place) AS turn FROM judged WHERE refusal IS NULL
        ), written AS (
            INSERT INTO directory.mailbox (public_id, version, domain_id, local_part, quota_bytes, state, sends_freely)
            SELECT public_id, version, domain_id, local_part, quota_bytes, state, sends_freely FROM first_come WHERE state = 9 OR turn = 1
            ON CONFLICT (public_id) DO UPDATE
                SET version = excluded.version, domain_id = excluded.domain_id, local_part = excluded.local_part,
                    quota_bytes = excluded.quota_bytes, state = excluded.state, sends_freely = excluded.sends_freely, changed_xid = pg_current_xact_id()
            RETURNING public_id, version
        )
        SELECT public_id, COALESCE(written.version, wanted.held_version), CASE
            WHEN written.version IS NULL AND wanted.version > wanted.held_version
                THEN COALESCE(judged.refusal, 'Another mailbox of this page has the local part ' || wanted.local_part || '.')
        END
        FROM wanted LEFT JOIN judged USING (public_id) LEFT JOIN written USING (public_id)
        """;

    public static bool TakesName(DesiredMailbox row) => row.State != MailboxState.Deleted;

    public static IReadOnlyList<DesiredMailbox> Checked(IReadOnlyList<DesiredMailbox> rows, Action<string, string> refuse) =>
        DesiredRows.Newest(rows, row => row.Id, row => row.Version, Fault, refuse);

    public static NpgsqlBatchCommand Command(IReadOnlyList<DesiredMailbox> rows) => new NpgsqlBatchCommand(Sql)
        .With(rows, row => row.Id)
        .With(rows, row => row.Version)
        .With(rows, row => row.DomainId)
        .With(rows, row => row.LocalPart)
        .With(rows, row => row.QuotaBytes)
        .With(rows, row => (short)row.State)
        .With(rows, row => row.SendsFreely);

    private static string? Fault(DesiredMailbox row) =>
        DesiredRows.Fault(row.State) ?? DesiredRows.IdFault(row.DomainId) ?? DesiredRows.LocalPartFault(row.LocalPart)
        ?? DesiredRows.QuotaFault(row.QuotaBytes);
}
