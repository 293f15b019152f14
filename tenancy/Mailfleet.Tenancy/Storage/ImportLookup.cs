using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A domain in sight, by name.</summary>
internal sealed record DomainPlace(DomainId Id, CustomerId Customer);

/// <summary>Looks up what many rows of a file name, each kind in one statement.</summary>
internal sealed class ImportLookup(NpgsqlDataSource database)
{
    public async Task<IReadOnlyDictionary<string, DomainPlace>> FindDomainsAsync(Actor actor, string[] names, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT name, id, customer_id FROM tenancy.domain WHERE name = ANY ($1) AND listed AND starts_with(path, $2)");
        command.Parameters.Add(new() { Value = names });
        command.Parameters.Add(new() { Value = actor.Place.Value });
        Dictionary<string, DomainPlace> found = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = new DomainPlace(DomainId.Parse(reader.GetString(1)), CustomerId.Parse(reader.GetString(2)));
        return found;
    }

    public async Task<IReadOnlySet<string>> FindCustomersAsync(Actor actor, string[] ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "SELECT id FROM tenancy.customer WHERE id = ANY ($1) AND listed AND starts_with(path, $2)");
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = actor.Place.Value });
        HashSet<string> found = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>Names that somebody has; true for those of a mailbox that has no alias before it.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> FindTakenAsync(JobKind kind, string[] names, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(kind == JobKind.ImportDomains
            ? "SELECT d.name, false FROM tenancy.domain d JOIN tenancy.provisioning p ON p.object_id = d.id WHERE d.name = ANY ($1) AND d.listed AND (p.row->>'state')::int = 1"
            : """
              SELECT address, bool_and(is_mailbox) FROM (
                  SELECT address, true AS is_mailbox FROM tenancy.mailbox WHERE address = ANY ($1) AND listed
                  UNION ALL SELECT address, false FROM tenancy.alias WHERE address = ANY ($1) AND listed) AS held
              GROUP BY address
              """);
        command.Parameters.Add(new() { Value = names });
        Dictionary<string, bool> found = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = reader.GetBoolean(1);
        return found;
    }
}
