using System.Net;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Finds tokens before anybody has asked as an actor.</summary>
public sealed class FleetTokens(NpgsqlDataSource database)
{
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1); // a write a minute, not one for every request

    /// <summary>
    /// Who acts with a secret from an address; null when it is nobody's, has been revoked or has expired, or comes from elsewhere. A token reaches no
    /// further and does no more than its person may at this moment.
    /// </summary>
    public async Task<Actor?> FindAsync(string secret, IPAddress? source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            WITH used AS (
                UPDATE tenancy.api_token SET used_at = $2
                WHERE secret_sha256 = $1 AND listed AND expires_at > $2 AND (used_at IS NULL OR used_at < $3))
            SELECT {string.Join(", ", TokenTable.Columns.Split(", ").Select(column => "t." + column))}, p.login, p.role, p.path, p.listed
            FROM tenancy.api_token t LEFT JOIN tenancy.person p ON p.id = t.person_id
            WHERE t.secret_sha256 = $1 AND t.listed AND t.expires_at > $2
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(secret) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - UsedEvery });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        TokenRow token = TokenTable.Read(reader);
        Actor? owner = token.Person is null ? Actor.Operator(Actor.OperatorToken) : ReadPerson(reader);
        if (owner is null || !owner.Place.Contains(token.Path) || !IsFrom(token, source))
            return null;
        if (token.OnBehalfOf is { } customer) // what it may do is the customer's; that it may is its person's, at this moment
            return owner.May(Right.Impersonate)
                ? owner with { Place = token.Path, Rights = RoleRights.ForStandIn.And(token.Rights), Person = token.Person, Token = token.Id, OnBehalfOf = customer.Value }
                : null;
        return owner with { Place = token.Path, Rights = owner.Rights.And(token.Rights), Person = token.Person, Token = token.Id };
    }

    /// <summary>The tokens of one person, oldest first; expired ones too, until they are revoked.</summary>
    public async Task<IReadOnlyList<TokenRow>> OfAsync(PersonId person, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand($"SELECT {TokenTable.Columns} FROM tenancy.api_token WHERE person_id = $1 AND listed ORDER BY id");
        command.Parameters.Add(new() { Value = person.Value });
        List<TokenRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(TokenTable.Read(reader));
        return rows;
    }

    private static Actor? ReadPerson(NpgsqlDataReader reader) => reader.GetBoolean(15)
        ? Actor.Of(reader.GetString(12), Enum.Parse<Role>(reader.GetString(13)), new SubtreePath(reader.GetString(14)))
        : null;

    private static bool IsFrom(TokenRow token, IPAddress? source)
    {
        if (token.Sources.Count == 0)
            return true;
        IPAddress? plain = source is { IsIPv4MappedToIPv6: true } ? source.MapToIPv4() : source;
        return plain is not null && token.Sources.Any(network => network.Contains(plain));
    }
}
