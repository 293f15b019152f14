using Npgsql;

namespace Mailfleet.EmbeddedPostgres;

/// <summary>Roles and databases of a server, made when missing. Names and passwords are the program's own words, never input: such statements take no parameters.</summary>
public static class ServerObjects
{
    /// <summary>Makes the role if it is missing and sets its password.</summary>
    /// <param name="password">Of the base64url alphabet.</param>
    public static async Task EnsureRoleAsync(NpgsqlDataSource superuser, string role, string password, CancellationToken cancellationToken)
    {
        if (password.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            throw new ArgumentException("A role's password must be base64url.", nameof(password));

        if (!await ExistsAsync(superuser, "SELECT 1 FROM pg_roles WHERE rolname = $1", role, cancellationToken))
            await ExecuteAsync(superuser, $"CREATE ROLE {role} LOGIN", cancellationToken);
        await ExecuteAsync(superuser, $"ALTER ROLE {role} PASSWORD '{password}'", cancellationToken);
    }

    public static async Task EnsureDatabaseAsync(NpgsqlDataSource superuser, string database, string owner, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(superuser, "SELECT 1 FROM pg_database WHERE datname = $1", database, cancellationToken))
            await ExecuteAsync(superuser, $"CREATE DATABASE {database} OWNER {owner}", cancellationToken);
    }

    private static async Task<bool> ExistsAsync(NpgsqlDataSource superuser, string query, string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(query);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource superuser, string statement, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
