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
    internal const string Columns = "id, node_id, path, name, rights, sources, person_id, created_at, expires_at, used_at";

    public static void Insert(IDocumentSession session, TokenRow token, string secret, TokenId? parent) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.api_token (id, secret_sha256, node_id, path, name, rights, sources, person_id, parent_id, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?::text[]::cidr[], nullif(?, ''), nullif(?, ''), ?, ?)
        """,
        token.Id.Value, SecretToken.Hash(secret), token.Node.Value, token.Path.Value, token.Name, token.Rights.All.Select(right => right.ToString()).ToArray(),
        token.Sources.Select(source => source.ToString()).ToArray(), token.Person?.Value ?? "", parent?.Value ?? "", token.CreatedAt, token.ExpiresAt);

    /// <summary>
    /// Holds a token and all that it came from, so that none of them is revoked before the session's transaction ends. Null when one has been.
    /// </summary>
    public static async Task<TokenRow?> HoldAsync(IDocumentSession session, TokenId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            $"""
            WITH RECURSIVE above AS (
                SELECT id, parent_id FROM tenancy.api_token WHERE id = $1
                UNION ALL SELECT parent.id, parent.parent_id FROM tenancy.api_token parent JOIN above ON above.parent_id = parent.id)
            SELECT {Columns}, listed FROM tenancy.api_token WHERE id IN (SELECT id FROM above) ORDER BY id FOR SHARE
            """)
        {
            Parameters = { new() { Value = id.Value } },
        };
        TokenRow? found = null;
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.GetBoolean(10))
                return null;
            found = TokenId.Parse(reader.GetString(0)) == id ? Read(reader) : found;
        }

        return found;
    }

    /// <summary>Locks the row. Null when there is no such token or it has been revoked.</summary>
    public static async Task<TokenRow?> LockAsync(IDocumentSession session, TokenId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.api_token WHERE id = $1 AND listed FOR UPDATE")
        {
            Parameters = { new() { Value = id.Value } },
        };
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

    internal static TokenRow Read(DbDataReader reader) => new(
        TokenId.Parse(reader.GetString(0)), NodeId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)), reader.GetString(3),
        ReadRights(reader.GetFieldValue<string[]>(4)), reader.GetFieldValue<IPNetwork[]>(5),
        reader.IsDBNull(6) ? null : PersonId.Parse(reader.GetString(6)),
        reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));

    // A right that this release does not know was written by a later one: without it the token can do less, never more.
    private static RightSet ReadRights(string[] names) =>
        RightSet.Of(names.Where(name => Enum.IsDefined(typeof(Right), name)).Select(Enum.Parse<Right>));
}
