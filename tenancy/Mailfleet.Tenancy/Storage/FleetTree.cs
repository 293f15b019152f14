using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Resellers;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Look-ups in the reseller tree.</summary>
public sealed class FleetTree(NpgsqlDataSource database)
{
    /// <summary>Null when there is no such node or it is out of the actor's sight.</summary>
    public async Task<Reseller?> FindAsync(ResellerId id, Actor actor, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT name, path FROM tenancy.reseller WHERE id = $1");
        command.Parameters.Add(new() { Value = id.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        var path = new SubtreePath(reader.GetString(1));
        return actor.Place.Contains(path) ? new Reseller(id, reader.GetString(0), path) : null;
    }
}
