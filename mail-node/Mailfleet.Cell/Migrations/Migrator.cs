using Npgsql;

namespace Mailfleet.Cell.Migrations;

/// <summary>
/// Runs what is missing, each migration in a transaction of its own together with its record: after a crash the next start goes on where this one stopped.
/// The lock is taken again for each step and ends with its transaction, so nothing can leak it; nodes that start together take turns.
/// </summary>
internal sealed class Migrator(NpgsqlDataSource owner, IReadOnlyList<Migration> known, int release)
{
    private const long MigrationLock = 0x6D61696C63656C6C; // "mailcell"

    private const string Prepare =
        """
        CREATE SCHEMA IF NOT EXISTS cell;
        CREATE TABLE IF NOT EXISTS cell.migration (
            name text PRIMARY KEY,
            sha256 text NOT NULL,
            release integer NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        """;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await RunNextAsync(cancellationToken))
        {
        }
    }

    private async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await owner.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        await ExecuteAsync(connection, Prepare, cancellationToken);

        Migration? next = MigrationPlan.Next(known, await ReadRecordedAsync(connection, cancellationToken), release);
        if (next is null)
            return false;

        await ExecuteAsync(connection, next.Sql, cancellationToken);
        await RecordAsync(connection, next, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // No timeout: another node may be migrating, and a start that waits is better than one that fails.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<RecordedMigration>> ReadRecordedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT name, sha256, release FROM cell.migration ORDER BY name COLLATE \"C\"", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<RecordedMigration> recorded = [];
        while (await reader.ReadAsync(cancellationToken))
            recorded.Add(new RecordedMigration(reader.GetString(0), reader.GetString(1), reader.GetInt32(2)));
        return recorded;
    }

    private async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("INSERT INTO cell.migration (name, sha256, release) VALUES ($1, $2, $3)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Digest });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = release });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
