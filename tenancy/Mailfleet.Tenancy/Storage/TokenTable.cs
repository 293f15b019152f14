using System.Data.Common;
using System.Net;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Changes to tokens inside a session's transaction.</summary>
internal static class TokenTable
{
    internal const string Columns = "id, node_id, path, name, rights, sources, person_id, created_at, expires_at, used_at, reason, on_behalf_of";

    public static void Insert(IDocumentSession session, TokenRow token, string secret, TokenId? parent) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.api_token (id, secret_sha256, node_id, path, name, rights, sources, person_id, parent_id, created_at, expires_at, reason, on_behalf_of)
        VALUES (?, ?, ?, ?, ?, ?, ?::text[]::cidr[], nullif(?, ''), nullif(?, ''), ?, ?, nullif(?, ''), nullif(?, ''))
        """,
        token.Id.Value, SecretToken.Hash(secret), token.Node.Value, token.Path.Value, token.Name, token.Rights.All.Select(right => right.ToString()).ToArray(),
        token.Sources.Select(source => source.ToString()).ToArray(), token.Person?.Value ?? "", parent?.Value ?? "", token.CreatedAt, token.ExpiresAt,
        token.Reason ?? "", token.OnBehalfOf?.Value ?? "");

    /// <summary>
    /// One at a time for the tokens of one person, which those made by tokens are too: what is being revoked makes no more, and what it made before is
    /// seen by who revokes.
    /// </summary>
    public static Task LockFamilyAsync(IDocumentSession session, PersonId? person, CancellationToken cancellationToken) =>
        AdvisoryLock.TakeAsync(session, $"tokens:{person?.Value ?? Actor.OperatorToken}", cancellationToken);

    /// <summary>Null when there is no such token or it has been revoked.</summary>
    public static async Task<TokenRow?> FindAsync(IDocumentSession session, TokenId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.api_token WHERE id = $1 AND listed") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>The token and every token that came of it, however far down.</summary>
    public static void Revoke(IDocumentSession session, TokenId id) => session.QueueSqlCommand(
        """
        WITH RECURSIVE gone AS (
            SELECT id FROM tenancy.api_token WHERE id = ?
            UNION ALL SELECT child.id FROM tenancy.api_token child JOIN gone ON child.parent_id = gone.id)
        UPDATE tenancy.api_token SET listed = false WHERE listed AND id IN (SELECT id FROM gone)
        """,
        id.Value);

    /// <summary>Ends every access in the customer's place.</summary>
    public static void RevokeStandIns(IDocumentSession session, CustomerId customer) =>
        session.QueueSqlCommand("UPDATE tenancy.api_token SET listed = false WHERE listed AND on_behalf_of = ?", customer.Value);

    internal static TokenRow Read(DbDataReader reader) => new(
        TokenId.Parse(reader.GetString(0)), NodeId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)), reader.GetString(3),
        ReadRights(reader.GetFieldValue<string[]>(4)), reader.GetFieldValue<IPNetwork[]>(5),
        reader.IsDBNull(6) ? null : PersonId.Parse(reader.GetString(6)),
        reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
        reader.IsDBNull(10) ? null : reader.GetString(10), reader.IsDBNull(11) ? null : CustomerId.Parse(reader.GetString(11)));

    // A right that this release does not know was written by a later one: without it the token can do less, never more.
    private static RightSet ReadRights(string[] names) =>
        RightSet.Of(names.Where(name => Enum.IsDefined(typeof(Right), name)).Select(Enum.Parse<Right>));
}
