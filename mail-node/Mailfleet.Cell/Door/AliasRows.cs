using Npgsql;

namespace Mailfleet.Cell.Door;

internal static class AliasRows
{
    // Every alias that is not deleted holds its local part among aliases; a mailbox may have the same one. Targets travel one a line: an array of arrays
    // must be a rectangle, and no address holds a line end.
    private const string Sql =
        """
        WITH wanted AS (
            SELECT given.*, parent.id AS domain_id, COALESCE(held.version, 0) AS held_version
            FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS given (public_id, version, domain, local_part, targets, state, place)
            LEFT JOIN directory.domain parent ON parent.public_id = given.domain
            LEFT JOIN directory.alias held ON held.public_id = given.public_id
        ), judged AS (
            SELECT *, CASE
                WHEN domain_id IS NULL THEN 'The cell has no domain ' || domain || '.'
                WHEN state <> 9 AND EXISTS (
                    SELECT FROM directory.alias other
                    WHERE other.domain_id = wanted.domain_id AND other.local_part = wanted.local_part AND other.state <> 9
                        AND other.public_id <> wanted.public_id)
                    THEN 'Another alias of the domain has the local part ' || local_part || '.'
            END AS refusal
            FROM wanted WHERE version > held_version
        ), first_come AS (
            SELECT *, row_number() OVER (PARTITION BY domain_id, local_part, state <> 9 ORDER BY place) AS turn FROM judged WHERE refusal IS NULL
        ), written AS (
            INSERT INTO directory.alias (public_id, version, domain_id, local_part, targets, state)
            SELECT public_id, version, domain_id, local_part, string_to_array(targets, E'\n'), state FROM first_come WHERE state = 9 OR turn = 1
            ON CONFLICT (public_id) DO UPDATE
                SET version = excluded.version, domain_id = excluded.domain_id, local_part = excluded.local_part,
                    targets = excluded.targets, state = excluded.state, changed_xid = pg_current_xact_id()
            RETURNING public_id, version
        )
        SELECT public_id, COALESCE(written.version, wanted.held_version), CASE
            WHEN written.version IS NULL AND wanted.version > wanted.held_version
                THEN COALESCE(judged.refusal, 'Another alias of this page has the local part ' || wanted.local_part || '.')
        END
        FROM wanted LEFT JOIN judged USING (public_id) LEFT JOIN written USING (public_id)
        """;

    public static bool TakesName(DesiredAlias row) => row.State != AliasState.Deleted;

    public static IReadOnlyList<DesiredAlias> Checked(IReadOnlyList<DesiredAlias> rows, Action<string, string> refuse) =>
        DesiredRows.Newest(rows, row => row.Id, row => row.Version, Fault, refuse);

    public static NpgsqlBatchCommand Command(IReadOnlyList<DesiredAlias> rows) => new NpgsqlBatchCommand(Sql)
        .With(rows, row => row.Id)
        .With(rows, row => row.Version)
        .With(rows, row => row.DomainId)
        .With(rows, row => row.LocalPart)
        .With(rows, row => string.Join('\n', row.Targets))
        .With(rows, row => (short)row.State);

    private static string? Fault(DesiredAlias row) =>
        DesiredRows.Fault(row.State) ?? DesiredRows.IdFault(row.DomainId) ?? DesiredRows.LocalPartFault(row.LocalPart)
        ?? (row.Targets.Count is < 1 or > DesiredAlias.MaxTargets ? $"An alias has 1 to {DesiredAlias.MaxTargets} targets." : null)
        ?? row.Targets.Select(DesiredRows.AddressFault).FirstOrDefault(fault => fault is not null);
}
