using System.Data.Common;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A row of a job that has not been tried yet.</summary>
internal sealed record WaitingRow(int Line, string Data, byte[]? Sealed);

/// <summary>A row on its way into the table: to wait, or refused already.</summary>
internal sealed record NewJobRow(int Line, string Data, byte[]? Sealed, JobError? Error);

/// <summary>Held by the one process that runs a job; it goes with its connection, so a dead process holds nothing.</summary>
internal sealed class JobLock(NpgsqlConnection connection, string key) : IAsyncDisposable
{
    // Given up here: a pooled connection is reset when it is next used, not when it is returned.
    public async ValueTask DisposeAsync()
    {
        await using (connection)
        {
            await using NpgsqlCommand command = new("SELECT pg_advisory_unlock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = key } } };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}

/// <summary>Jobs and their rows.</summary>
public sealed class ImportJobTable
{
    internal const string Columns =
        "id, node_id, path, login, kind, state, total, done, refused, fault, created_at, finished_at, actor::text, actor->>'person', actor->>'onBehalfOf'";

    private readonly NpgsqlDataSource _database;

    internal ImportJobTable(NpgsqlDataSource database) => _database = database;

    /// <summary>Refused rows from a line on, in the file's order.</summary>
    public async Task<IReadOnlyList<JobError>> ReadErrorsAsync(JobId job, int afterLine, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            "SELECT line, code, field, message FROM tenancy.import_row WHERE job_id = $1 AND state = 2 AND line > $2 ORDER BY line LIMIT $3");
        command.Parameters.Add(new() { Value = job.Value });
        command.Parameters.Add(new() { Value = afterLine });
        command.Parameters.Add(new() { Value = limit });
        List<JobError> errors = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            errors.Add(new JobError(reader.GetInt32(0), Enum.Parse<ErrorCode>(reader.GetString(1)), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3)));
        return errors;
    }

    internal static async Task<Job?> LockRowAsync(IDocumentSession session, JobId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.import_job WHERE id = $1 FOR UPDATE") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>What a cancelled job has not done is forgotten with its passwords.</summary>
    internal static void SetState(IDocumentSession session, JobId id, JobState state, DateTimeOffset now)
    {
        session.QueueSqlCommand("UPDATE tenancy.import_job SET state = ? WHERE id = ?", state.ToString(), id.Value);
        if (state != JobState.Cancelled)
            return;
        session.QueueSqlCommand("UPDATE tenancy.import_job SET finished_at = ? WHERE id = ?", now, id.Value);
        session.QueueSqlCommand("UPDATE tenancy.import_row SET sealed = NULL WHERE job_id = ? AND sealed IS NOT NULL", id.Value);
    }

    /// <summary>Marks rows in the transaction that does them.</summary>
    internal static void RecordDone(IDocumentSession session, JobId job, IReadOnlyList<(int Line, string ObjectId)> rows)
    {
        session.QueueSqlCommand(
            """
            UPDATE tenancy.import_row r SET state = 1, object_id = given.id, sealed = NULL
            FROM unnest(?, ?) AS given (line, id) WHERE r.job_id = ? AND r.line = given.line
            """,
            rows.Select(row => row.Line).ToArray(), rows.Select(row => row.ObjectId).ToArray(), job.Value);
        session.QueueSqlCommand("UPDATE tenancy.import_job SET done = done + ? WHERE id = ?", rows.Count, job.Value);
    }

    internal async Task RecordRefusedAsync(JobId job, IReadOnlyList<JobError> errors, CancellationToken cancellationToken)
    {
        if (errors.Count == 0)
            return;

        await using NpgsqlCommand command = _database.CreateCommand(
            """
            WITH refused AS (
                UPDATE tenancy.import_row r SET state = 2, code = given.code, field = given.field, message = given.message, sealed = NULL
                FROM unnest($2, $3, $4, $5) AS given (line, code, field, message) WHERE r.job_id = $1 AND r.line = given.line AND r.state = 0
                RETURNING 1)
            UPDATE tenancy.import_job SET refused = refused + (SELECT count(*) FROM refused) WHERE id = $1
            """);
        command.Parameters.Add(new() { Value = job.Value });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Line).ToArray() });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Code.ToString()).ToArray() });
        command.Parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = errors.Select(error => error.Column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Message).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The job and all its rows in the session's transaction.</summary>
    internal static async Task InsertAsync(IDocumentSession session, Job job, IReadOnlyList<NewJobRow> rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            WITH made AS (
                INSERT INTO tenancy.import_job (id, node_id, path, login, kind, state, actor, total, refused, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10))
            INSERT INTO tenancy.import_row (job_id, line, data, sealed, state, code, field, message)
            SELECT $1, line, data::jsonb, sealed, CASE WHEN code IS NULL THEN 0 ELSE 2 END, code, field, message
            FROM unnest($11, $12, $13, $14, $15, $16) AS given (line, data, sealed, code, field, message)
            """);
        foreach (object value in (object[])[job.Id.Value, job.Node.Value, job.Path.Value, job.Login, job.Kind.ToString(), job.State.ToString(), job.Maker, job.Total, job.Refused, job.CreatedAt])
            command.Parameters.Add(new() { Value = value });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Line).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Data).ToArray() });
        command.Parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = rows.Select(row => row.Sealed).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        foreach (Func<JobError, string?> column in (Func<JobError, string?>[])[error => error.Code.ToString(), error => error.Column, error => error.Message])
            command.Parameters.Add(new NpgsqlParameter<string?[]>
            {
                TypedValue = rows.Select(row => row.Error is null ? null : column(row.Error)).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
            });
        await session.ExecuteAsync(command, cancellationToken);
    }

    internal async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand($"SELECT {Columns} FROM tenancy.import_job WHERE id = $1");
        command.Parameters.Add(new() { Value = id.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    internal async Task<bool> IsRunningAsync(JobId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand("SELECT 1 FROM tenancy.import_job WHERE id = $1 AND state = 'Running'");
        command.Parameters.Add(new() { Value = id.Value });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    internal async Task<IReadOnlyList<JobId>> FindRunningAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand("SELECT id FROM tenancy.import_job WHERE state = 'Running' ORDER BY id");
        List<JobId> jobs = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            jobs.Add(JobId.Parse(reader.GetString(0)));
        return jobs;
    }

    internal async Task<IReadOnlyList<WaitingRow>> ReadWaitingAsync(JobId job, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            "SELECT line, data::text, sealed FROM tenancy.import_row WHERE job_id = $1 AND state = 0 ORDER BY line LIMIT $2");
        command.Parameters.Add(new() { Value = job.Value });
        command.Parameters.Add(new() { Value = limit });
        List<WaitingRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new WaitingRow(reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2)));
        return rows;
    }

    /// <summary>Ends a running job; one that was paused or cancelled meanwhile stays so.</summary>
    internal async Task FinishAsync(JobId job, JobState state, string? fault, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            """
            WITH ended AS (
                UPDATE tenancy.import_job SET state = $2, fault = nullif($3, ''), finished_at = $4 WHERE id = $1 AND state = 'Running' RETURNING id)
            UPDATE tenancy.import_row SET sealed = NULL WHERE job_id = (SELECT id FROM ended) AND sealed IS NOT NULL
            """);
        command.Parameters.Add(new() { Value = job.Value });
        command.Parameters.Add(new() { Value = state.ToString() });
        command.Parameters.Add(new() { Value = fault ?? "" });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Null when another process has it.</summary>
    internal async Task<JobLock?> TryLockAsync(JobId job, CancellationToken cancellationToken)
    {
        string key = $"import:{job}";
        NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using NpgsqlCommand command = new("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = key } } };
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
                return new JobLock(connection, key);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    internal static Job Read(DbDataReader reader) => new(
        JobId.Parse(reader.GetString(0)), NodeId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)), reader.GetString(3),
        Enum.Parse<JobKind>(reader.GetString(4)), Enum.Parse<JobState>(reader.GetString(5)), reader.GetInt32(6), reader.GetInt32(7), reader.GetInt32(8),
        reader.IsDBNull(9) ? null : reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10),
        reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11))
    {
        Maker = reader.GetString(12),
        Person = reader.IsDBNull(13) ? null : reader.GetString(13),
        OnBehalfOf = reader.IsDBNull(14) ? null : reader.GetString(14),
    };
}
