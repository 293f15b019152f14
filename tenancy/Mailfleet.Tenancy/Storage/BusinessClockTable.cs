using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>How far business time runs ahead; in the control database, so that it survives restarts and every process sees the same.</summary>
public sealed class BusinessClockTable(NpgsqlDataSource database)
{
    /// <summary>How far, and how often that was changed.</summary>
    public async Task<(TimeSpan Ahead, long Changes)> ReadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT ahead_seconds, changes FROM tenancy.business_clock");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (TimeSpan.FromSeconds(reader.GetInt64(0)), reader.GetInt64(1))
            : throw new InvalidOperationException("The control database has lost the row of its business clock; insert one into tenancy.business_clock.");
    }

    /// <summary>Moves business time on; it never goes back, because what has happened by it stays. How far ahead it is then.</summary>
    public async Task<TimeSpan> AdvanceAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "UPDATE tenancy.business_clock SET ahead_seconds = ahead_seconds + $1, changes = changes + 1 RETURNING ahead_seconds");
        command.Parameters.Add(new() { Value = (long)by.TotalSeconds });
        return TimeSpan.FromSeconds((long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }
}
