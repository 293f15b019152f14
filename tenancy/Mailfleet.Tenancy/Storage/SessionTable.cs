using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Changes to log-in sessions inside a session's transaction.</summary>
internal static class SessionTable
{
    public static void Insert(IDocumentSession session, PersonId person, SessionId id, string token, ClientInfo client, DateTimeOffset now) =>
        session.QueueSqlCommand(
            """
            INSERT INTO tenancy.person_session (id, person_id, token_sha256, address, user_agent, created_at, seen_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            id.Value, person.Value, SecretToken.Hash(token), client.Address, client.UserAgent, now, now, now + SessionLimits.Lifetime);

    /// <summary>A session that opens nothing but the form for the code.</summary>
    public static void InsertHalf(IDocumentSession session, PersonId person, SessionId id, string token, ClientInfo client, DateTimeOffset now) =>
        session.QueueSqlCommand(
            """
            INSERT INTO tenancy.person_session (id, person_id, token_sha256, address, user_agent, created_at, seen_at, expires_at, awaits_code)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, true)
            """,
            id.Value, person.Value, SecretToken.Hash(token), client.Address, client.UserAgent, now, now, now + SessionLimits.HalfLifetime);

    public static void DeleteOthers(IDocumentSession session, PersonId person, SessionId kept) =>
        session.QueueSqlCommand("DELETE FROM tenancy.person_session WHERE person_id = ? AND id <> ?", person.Value, kept.Value);

    public static void DeleteAll(IDocumentSession session, PersonId person) =>
        session.QueueSqlCommand("DELETE FROM tenancy.person_session WHERE person_id = ?", person.Value);

    public static async Task<bool> IsOpenAsync(IDocumentSession session, PersonId person, SessionId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.person_session WHERE id = $1 AND person_id = $2 FOR UPDATE")
        {
            Parameters = { new() { Value = id.Value }, new() { Value = person.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    public static void Delete(IDocumentSession session, PersonId person, SessionId id) =>
        session.QueueSqlCommand("DELETE FROM tenancy.person_session WHERE id = ? AND person_id = ?", id.Value, person.Value);

    /// <summary>Rows that no longer open anything.</summary>
    public static void DeleteExpired(IDocumentSession session, DateTimeOffset now) =>
        session.QueueSqlCommand(
            "DELETE FROM tenancy.person_session WHERE id IN (SELECT id FROM tenancy.person_session WHERE expires_at <= ? LIMIT 100)", now);
}
