using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Events;
using Mailfleet.Tenancy.Rights;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>The feed, oldest first, as far as an actor sees. Nothing ever appears behind a cursor that has been given out.</summary>
public sealed class FleetEvents(NpgsqlDataSource database)
{
    /// <summary>Rows below it belong to transactions that are over, and no other will ever come below it.</summary>
    internal const string Horizon = "pg_snapshot_xmin(pg_current_snapshot())";

    /// <param name="types">Of these types; of all when empty.</param>
    public async Task<IReadOnlyList<EventRow>> ReadAsync(
        Actor actor, EventCursor after, IReadOnlyCollection<string> types, int limit, CancellationToken cancellationToken)
    {
        if (!actor.May(Right.ReadEvents))
            return [];

        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            SELECT id, type, object_id, data::text, at, xid, seq FROM tenancy.event
            WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < {Horizon} AND starts_with(path, $3) AND (cardinality($4) = 0 OR type = ANY ($4))
            ORDER BY xid, seq LIMIT $5
            """);
        command.Parameters.Add(new() { Value = after.Transaction.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        command.Parameters.Add(new() { Value = after.Sequence });
        command.Parameters.Add(new() { Value = actor.Place.Value });
        command.Parameters.Add(new() { Value = types.ToArray() });
        command.Parameters.Add(new() { Value = limit });
        List<EventRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new EventRow(
                EventId.Parse(reader.GetString(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4),
                new EventCursor(reader.GetFieldValue<ulong>(5), reader.GetInt64(6))));
        return rows;
    }
}
