using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Rights;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Changes to people inside a session's transaction.</summary>
internal static class PersonTable
{
    internal const string Columns = "id, node_id, path, role, login, name, created_at, has_password, has_second_factor";

    /// <summary>Locks the log-in name until the session's transaction ends and says whether somebody has it.</summary>
    /// <param name="expired">A claim that ends in this transaction: log-ins that stand or fall with it count as free.</param>
    public static async Task<bool> LockLoginAsync(
        IDocumentSession session, LoginName login, DomainId? expired, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"login:{login}", cancellationToken);
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.person WHERE login = $1 AND listed AND coalesce(domain_id, '') <> $2")
        {
            Parameters = { new() { Value = login.Value }, new() { Value = expired?.Value ?? "none" } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    /// <summary>Locks the person's row, so that changes to one person come one after another. Null when there is none.</summary>
    public static async Task<PersonRow?> LockAsync(IDocumentSession session, PersonId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.person WHERE id = $1 AND listed FOR UPDATE")
        {
            Parameters = { new() { Value = id.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <param name="hash">Null when the person has yet to choose a password.</param>
    /// <param name="claimed">The unproven domain that the log-in stands or falls with, if there is one.</param>
    public static void Insert(IDocumentSession session, PersonRow person, string? hash, DomainId? claimed = null) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.person (id, node_id, path, role, login, name, created_at, password_hash, domain_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''))
        """,
        person.Id.Value, person.Node.Value, person.Path.Value, person.Role.ToString(), person.Login, person.Name, person.CreatedAt, hash ?? "",
        claimed?.Value ?? "");

    public static void SetRole(IDocumentSession session, PersonId id, Role role) =>
        session.QueueSqlCommand("UPDATE tenancy.person SET role = ? WHERE id = ?", role.ToString(), id.Value);

    /// <summary>The hash goes with the person; the row stays for the audit.</summary>
    public static void Remove(IDocumentSession session, PersonId id)
    {
        session.QueueSqlCommand("UPDATE tenancy.person SET listed = false, password_hash = NULL, totp_sealed = NULL, totp_begun = NULL WHERE id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.person_session WHERE person_id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.password_link WHERE person_id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.person_network WHERE person_id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.recovery_code WHERE person_id = ?", id.Value);
    }

    /// <summary>Ends every session and every link with it: whoever knew the old password is out.</summary>
    public static void SetPassword(IDocumentSession session, PersonId id, string hash)
    {
        session.QueueSqlCommand("UPDATE tenancy.person SET password_hash = ? WHERE id = ?", hash, id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.person_session WHERE person_id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.password_link WHERE person_id = ?", id.Value);
    }

    /// <summary>One link a person: a new one takes the place of the old.</summary>
    public static void PutLink(IDocumentSession session, PersonId person, byte[] tokenHash, DateTimeOffset expiresAt) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.password_link (person_id, token_sha256, expires_at) VALUES (?, ?, ?)
        ON CONFLICT (person_id) DO UPDATE SET token_sha256 = excluded.token_sha256, expires_at = excluded.expires_at
        """,
        person.Value, tokenHash, expiresAt);

    public static async Task<bool> HasLinkAsync(IDocumentSession session, PersonId person, byte[] tokenHash, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.password_link WHERE person_id = $1 AND token_sha256 = $2")
        {
            Parameters = { new() { Value = person.Value }, new() { Value = tokenHash } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    public static async Task<string?> FindHashAsync(IDocumentSession session, PersonId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT password_hash FROM tenancy.person WHERE id = $1 AND listed") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) ? reader.GetString(0) : null;
    }

    /// <summary>The claim on a domain has ended: log-ins that stood or fell with it are free for whoever takes the name over.</summary>
    public static void ReleaseDomain(IDocumentOperations session, DomainId domain)
    {
        const string theirs = "(SELECT id FROM tenancy.person WHERE domain_id = ? AND listed)";
        session.QueueSqlCommand($"DELETE FROM tenancy.person_session WHERE person_id IN {theirs}", domain.Value);
        session.QueueSqlCommand($"DELETE FROM tenancy.password_link WHERE person_id IN {theirs}", domain.Value);
        session.QueueSqlCommand("UPDATE tenancy.person SET listed = false, password_hash = NULL WHERE domain_id = ? AND listed", domain.Value);
    }

    /// <summary>Everybody of a customer is out: sessions, links, second factors and passwords are forgotten; the audit still names the rows.</summary>
    public static void RemoveAllOf(IDocumentOperations session, SubtreePath customer)
    {
        string theirs = "(SELECT id FROM tenancy.person WHERE path >= ? AND path < ? AND listed)";
        string end = customer.Value + "\U0010FFFF";
        session.QueueSqlCommand($"DELETE FROM tenancy.person_session WHERE person_id IN {theirs}", customer.Value, end);
        session.QueueSqlCommand($"DELETE FROM tenancy.password_link WHERE person_id IN {theirs}", customer.Value, end);
        session.QueueSqlCommand($"DELETE FROM tenancy.recovery_code WHERE person_id IN {theirs}", customer.Value, end);
        session.QueueSqlCommand(
            "UPDATE tenancy.person SET listed = false, password_hash = NULL, totp_sealed = NULL, totp_begun = NULL WHERE path >= ? AND path < ? AND listed",
            customer.Value, end);
    }

    internal static PersonRow Read(System.Data.Common.DbDataReader reader) => new(
        PersonId.Parse(reader.GetString(0)), NodeId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)), Enum.Parse<Role>(reader.GetString(3)),
        reader.GetString(4), reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetBoolean(7),
        reader.GetBoolean(8));
}
