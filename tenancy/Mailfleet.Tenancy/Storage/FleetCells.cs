using System.Text.Json;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Fleet;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>What is known of the cells.</summary>
public sealed class FleetCells(NpgsqlDataSource database)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<IReadOnlyList<CellStatus>> ReadAllAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT name, seen_at, fault, mailboxes, used_bytes, nodes FROM tenancy.cell ORDER BY name");
        List<CellStatus> cells = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            cells.Add(new CellStatus(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetInt64(3), reader.GetInt64(4), JsonSerializer.Deserialize<NodeHeartbeat[]>(reader.GetString(5), Json) ?? []));
        return cells;
    }

    internal async Task RecordAsync(string name, CellHeartbeat heartbeat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            INSERT INTO tenancy.cell (name, asked_at, seen_at, mailboxes, used_bytes, nodes) VALUES ($1, $2, $2, $3, $4, $5::jsonb)
            ON CONFLICT (name) DO UPDATE SET asked_at = excluded.asked_at, seen_at = excluded.seen_at, fault = NULL, mailboxes = excluded.mailboxes,
                used_bytes = excluded.used_bytes, nodes = excluded.nodes
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = heartbeat.Mailboxes });
        command.Parameters.Add(new() { Value = heartbeat.UsedBytes });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(heartbeat.Nodes, Json) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task RecordSilenceAsync(string name, string fault, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            "INSERT INTO tenancy.cell (name, asked_at, fault) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET asked_at = excluded.asked_at, fault = excluded.fault");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = fault });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
