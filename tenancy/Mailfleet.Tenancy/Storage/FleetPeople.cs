using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.People;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Finds people before anybody has asked as an actor: by what they type, by their cookie, by the link they were sent.</summary>
public sealed class FleetPeople(NpgsqlDataSource database)
{
    /// <summary>Null for an unknown log-in; the hash is null while no password has been chosen.</summary>
    internal async Task<(PersonRow Person, string? Hash)?> FindByLoginAsync(LoginName login, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand($"SELECT {PersonTable.Columns}, password_hash FROM tenancy.person WHERE login = $1 AND listed");
        command.Parameters.Add(new() { Value = login.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (PersonTable.Read(reader), reader.IsDBNull(9) ? null : reader.GetString(9)) : null;
    }

    internal async Task<string?> FindHashAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT password_hash FROM tenancy.person WHERE id = $1 AND listed");
        command.Parameters.Add(new() { Value = id.Value });
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Who a session's token belongs to; null when it has ended, gone idle or expired, or the person is no more. Counts as being seen.</summary>
    public async Task<SignedIn?> FindBySessionAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Seen once in a while is enough to tell idle from busy; a write for every request is not needed for that.
        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            WITH seen AS (
                UPDATE tenancy.person_session SET seen_at = $2
                WHERE token_sha256 = $1 AND NOT awaits_code AND expires_at > $2 AND seen_at > $3 AND seen_at < $4)
            SELECT {string.Join(", ", PersonTable.Columns.Split(", ").Select(column => "p." + column))}, s.id
            FROM tenancy.person_session s JOIN tenancy.person p ON p.id = s.person_id
            WHERE s.token_sha256 = $1 AND NOT s.awaits_code AND s.expires_at > $2 AND s.seen_at > $3 AND p.listed
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - SessionLimits.Idle });
        command.Parameters.Add(new() { Value = now - SessionLimits.SeenEvery });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new SignedIn(PersonTable.Read(reader), SessionId.Parse(reader.GetString(9))) : null;
    }

    /// <summary>Whose half session a token opens: the password was right, the code is still to come.</summary>
    public async Task<SignedIn?> FindHalfAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            SELECT {string.Join(", ", PersonTable.Columns.Split(", ").Select(column => "p." + column))}, s.id
            FROM tenancy.person_session s JOIN tenancy.person p ON p.id = s.person_id
            WHERE s.token_sha256 = $1 AND s.awaits_code AND s.expires_at > $2 AND p.listed
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        command.Parameters.Add(new() { Value = now });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new SignedIn(PersonTable.Read(reader), SessionId.Parse(reader.GetString(9))) : null;
    }

    /// <summary>A person's sessions that are still open, newest first.</summary>
    public async Task<IReadOnlyList<SessionRow>> SessionsOfAsync(PersonId person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT id, address, user_agent, created_at, seen_at, expires_at FROM tenancy.person_session
            WHERE person_id = $1 AND NOT awaits_code AND expires_at > $2 AND seen_at > $3 ORDER BY id DESC
            """);
        command.Parameters.Add(new() { Value = person.Value });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - SessionLimits.Idle });
        List<SessionRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new SessionRow(
                SessionId.Parse(reader.GetString(0)), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5)));
        return rows;
    }

    /// <summary>Whom a password link belongs to; null when it is unknown, used, replaced or too old.</summary>
    public async Task<PersonRow?> FindByLinkAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            SELECT {PersonTable.Columns} FROM tenancy.person
            WHERE listed AND id = (SELECT person_id FROM tenancy.password_link WHERE token_sha256 = $1 AND expires_at > $2)
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        command.Parameters.Add(new() { Value = now });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? PersonTable.Read(reader) : null;
    }
}
