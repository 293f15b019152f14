using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Runs of jobs, and the lock that lets one process at a time work on one.</summary>
internal sealed class RecurringJobTable(NpgsqlDataSource database)
{
    /// <summary>Null when somebody else holds the job. The lock is the connection's, so it ends with a process that is killed.</summary>
    public async Task<JobHold?> TryHoldAsync(string name, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using NpgsqlCommand take = new("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = $"job:{name}" } } };
            if (await take.ExecuteScalarAsync(cancellationToken) is true)
                return await JobHold.OpenAsync(connection, name, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public async Task<IReadOnlyList<JobStatus>> ReadAllAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT name, started_at, finished_at, done, fault, started_at > COALESCE(finished_at, '-infinity') FROM tenancy.recurring_job ORDER BY name");
        List<JobStatus> jobs = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            jobs.Add(new JobStatus(
                reader.GetString(0), !reader.IsDBNull(1) && reader.GetBoolean(5), Moment(reader, 1), Moment(reader, 2), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetString(4)));
        return jobs;
    }

    private static DateTimeOffset? Moment(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
