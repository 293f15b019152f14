using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A job held by this process. Disposing lets it go.</summary>
internal sealed class JobHold : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _name;

    private JobHold(NpgsqlConnection connection, string name, string? cursor, long clockChanges) =>
        (_connection, _name, Cursor, ClockChanges) = (connection, name, cursor, clockChanges);

    /// <summary>Where the run that is under way goes on; null when none is.</summary>
    public string? Cursor { get; }

    /// <summary>The change of business time that the job has last run for.</summary>
    public long ClockChanges { get; }

    public static async Task<JobHold> OpenAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            INSERT INTO tenancy.recurring_job (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING cursor, clock_changes
            """,
            connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new JobHold(connection, name, reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1));
    }

    public Task BeginAsync(DateTimeOffset now, long clockChanges, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE tenancy.recurring_job SET cursor = NULL, started_at = $2, slice_at = $2, done = 0, fault = NULL, clock_changes = $3 WHERE name = $1",
        cancellationToken, now.ToUniversalTime(), clockChanges);

    public Task AdvanceAsync(string? cursor, int done, DateTimeOffset now, CancellationToken cancellationToken) => cursor is null
        ? ExecuteAsync("UPDATE tenancy.recurring_job SET cursor = NULL, slice_at = $2, finished_at = $2, done = done + $3, fault = NULL WHERE name = $1", cancellationToken, now.ToUniversalTime(), done)
        : ExecuteAsync("UPDATE tenancy.recurring_job SET cursor = $4, slice_at = $2, done = done + $3, fault = NULL WHERE name = $1", cancellationToken, now.ToUniversalTime(), done, cursor);

    public Task FailAsync(string fault, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE tenancy.recurring_job SET fault = $2 WHERE name = $1", cancellationToken, fault);

    public async ValueTask DisposeAsync()
    {
        // Back into the pool, which lets go of session locks only when it resets the connection: do it now.
        await ExecuteAsync("SELECT pg_advisory_unlock(hashtextextended('job:' || $1, 0))", CancellationToken.None);
        await _connection.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using NpgsqlCommand command = new(sql, _connection) { Parameters = { new() { Value = _name } } };
        foreach (object value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
