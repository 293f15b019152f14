using Npgsql;

namespace Mailfleet.Cell.Door;

internal static class DomainRows
{
    // Only the active domain of a name holds it; of two rows of one page that want it, the first gets it.
    private const string Sql =
        """
        WITH wanted AS (
            SELECT given.*, customer.id AS customer_id, COALESCE(held.version, 0) AS held_version, held.customer_id AS held_customer_id
            FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS given (public_id, version, customer, name, state, quota_bytes, place)
            LEFT JOIN directory.customer customer ON customer.public_id = given.customer
            LEFT JOIN directory.domain held ON held.public_id = given.public_id
        ), judged AS (
            SELECT *, CASE
                WHEN customer_id IS NULL THEN 'The cell has no customer ' || customer || '.'
                WHEN state = 1 AND EXISTS (
                    SELECT FROM directory.domain other
                    WHERE other.name = wanted.name AND other.state = 1 AND other.public_id <> wanted.public_id)
                    THEN 'Another domain of this cell has the name ' || name || '.'
            END AS refusal
            FROM wanted WHERE version > held_version
        ), first_come AS (
            SELECT *, row_number() OVER (PARTITION BY name, state = 1 ORDER BY place) AS turn FROM judged WHERE refusal IS NULL
        ), written AS (
            INSERT INTO directory.domain (public_id, version, customer_id, name, state, quota_bytes)
            SELECT public_id, version, customer_id, name, state, quota_bytes FROM first_come WHERE state <> 1 OR turn = 1
            ON CONFLICT (public_id) DO UPDATE
                SET version = excluded.version, customer_id = excluded.customer_id, name = excluded.name, state = excluded.state,
                    quota_bytes = excluded.quota_bytes, changed_xid = pg_current_xact_id()
            RETURNING public_id, version, id, quota_bytes
        ), pooled AS (
            INSERT INTO mail.pool (kind, owner_id) SELECT 2, id FROM written WHERE quota_bytes IS NOT NULL ON CONFLICT DO NOTHING
        ), moved AS (
            -- Mail that is under way counts for the customer it found: both are counted anew when it has ended.
            UPDATE mail.pool SET fence_xid = NULL FROM wanted JOIN written USING (public_id)
            WHERE kind = 1 AND owner_id IN (customer_id, held_customer_id) AND customer_id <> held_customer_id
        )
        SELECT public_id, COALESCE(written.version, wanted.held_version), CASE
            WHEN written.version IS NULL AND wanted.version > wanted.held_version
                THEN COALESCE(judged.refusal, 'Another domain of this page has the name ' || wanted.name || '.')
        END
        FROM wanted LEFT JOIN judged USING (public_id) LEFT JOIN written USING (public_id)
        """;

    public static bool TakesName(DesiredDomain row) => row.State == DomainState.Active;

    public static IReadOnlyList<DesiredDomain> Checked(IReadOnlyList<DesiredDomain> rows, Action<string, string> refuse) =>
        DesiredRows.Newest(rows, row => row.Id, row => row.Version, Fault, refuse);

    public static NpgsqlBatchCommand Command(IReadOnlyList<DesiredDomain> rows) => new NpgsqlBatchCommand(Sql)
        .With(rows, row => row.Id)
        .With(rows, row => row.Version)
        .With(rows, row => row.CustomerId)
        .With(rows, row => row.Name)
        .With(rows, row => (short)row.State)
        .With(rows, row => row.QuotaBytes);

    private static string? Fault(DesiredDomain row) =>
        DesiredRows.Fault(row.State) ?? DesiredRows.IdFault(row.CustomerId) ?? DesiredRows.DomainNameFault(row.Name) ?? DesiredRows.QuotaFault(row.QuotaBytes);
}
