using Npgsql;

namespace Mailfleet.Cell.Door;

internal static class CustomerRows
{
    private const string Sql =
        """
        WITH wanted AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5) AS given (public_id, version, state, language, quota_bytes)
        ), written AS (
            INSERT INTO directory.customer AS held (public_id, version, state, language, quota_bytes)
            SELECT public_id, version, state, language, quota_bytes FROM wanted
            ON CONFLICT (public_id) DO UPDATE
                SET version = excluded.version, state = excluded.state, language = excluded.language, quota_bytes = excluded.quota_bytes, changed_xid = pg_current_xact_id()
                WHERE held.version < excluded.version
            RETURNING public_id, version, id, quota_bytes
        ), pooled AS (
            INSERT INTO mail.pool (kind, owner_id) SELECT 1, id FROM written WHERE quota_bytes IS NOT NULL ON CONFLICT DO NOTHING
        )
        SELECT wanted.public_id, COALESCE(written.version, held.version), NULL::text
        FROM wanted LEFT JOIN written USING (public_id) LEFT JOIN directory.customer held USING (public_id)
        """;

    public static IReadOnlyList<DesiredCustomer> Checked(IReadOnlyList<DesiredCustomer> rows, Action<string, string> refuse) =>
        DesiredRows.Newest(rows, row => row.Id, row => row.Version, Fault, refuse);

    public static NpgsqlBatchCommand Command(IReadOnlyList<DesiredCustomer> rows) => new NpgsqlBatchCommand(Sql)
        .With(rows, row => row.Id)
        .With(rows, row => row.Version)
        .With(rows, row => (short)row.State)
        .With(rows, row => row.Language)
        .With(rows, row => row.QuotaBytes);

    private static string? Fault(DesiredCustomer row) =>
        DesiredRows.Fault(row.State) ?? DesiredRows.LanguageFault(row.Language) ?? DesiredRows.QuotaFault(row.QuotaBytes);
}
