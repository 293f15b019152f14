using System.Text.Json;
using System.Text.Json.Serialization;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains.Checks;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Tenancy.Storage;

/// <summary>What the DNS of domains showed, and which are to be looked at.</summary>
public sealed class DomainCheckTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly NpgsqlDataSource _database;

    internal DomainCheckTable(NpgsqlDataSource database) => _database = database;

    /// <summary>Those of the domains that have been looked at. What the caller sees of them is decided before.</summary>
    public async Task<IReadOnlyDictionary<DomainId, DomainCheckRow>> FindAsync(IReadOnlyCollection<DomainId> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            "SELECT domain_id, records::text, checked_at, adrift_since FROM tenancy.domain_check WHERE domain_id = ANY ($1) AND checked_at IS NOT NULL");
        command.Parameters.Add(new() { Value = ids.Select(id => id.Value).ToArray() });
        Dictionary<DomainId, DomainCheckRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new DomainCheckRow(
                DomainId.Parse(reader.GetString(0)), JsonSerializer.Deserialize<DnsRecordCheck[]>(reader.GetString(1), Json) ?? [],
                reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3));
            rows.Add(row.Domain, row);
        }

        return rows;
    }

    /// <summary>The domain is to be looked at as soon as may be.</summary>
    public async Task RequestAsync(DomainId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            "INSERT INTO tenancy.domain_check (domain_id, next_at) VALUES ($1, $2) ON CONFLICT (domain_id) DO UPDATE SET next_at = excluded.next_at");
        command.Parameters.Add(new() { Value = id.Value });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes domains that are due, and puts their next time off: another process, or this one after a fault, looks at them then.</summary>
    /// <param name="hostSuffix">Names that end so are the host's own and have no DNS of their own.</param>
    internal async Task<IReadOnlyList<(DomainId Domain, CustomerId Customer)>> TakeDueAsync(
        string hostSuffix, int limit, DateTimeOffset now, DateTimeOffset next, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            """
            INSERT INTO tenancy.domain_check AS held (domain_id, next_at)
            SELECT d.id, $3 FROM tenancy.domain d LEFT JOIN tenancy.domain_check c ON c.domain_id = d.id
            WHERE d.listed AND right(d.name, length($4)) <> $4 AND (c.next_at IS NULL OR c.next_at <= $1) ORDER BY c.next_at NULLS LAST LIMIT $2
            ON CONFLICT (domain_id) DO UPDATE SET next_at = excluded.next_at WHERE held.next_at <= $1
            RETURNING domain_id, (SELECT customer_id FROM tenancy.domain WHERE id = domain_id)
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = next });
        command.Parameters.Add(new() { Value = hostSuffix });
        List<(DomainId, CustomerId)> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add((DomainId.Parse(reader.GetString(0)), CustomerId.Parse(reader.GetString(1))));
        return rows;
    }

    internal async Task RecordAsync(DomainId id, IReadOnlyList<DnsRecordCheck> records, DateTimeOffset now, DateTimeOffset? adriftSince, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            "UPDATE tenancy.domain_check SET records = $2::jsonb, checked_at = $3, adrift_since = $4 WHERE domain_id = $1");
        command.Parameters.Add(new() { Value = id.Value });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(records, Json) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)adriftSince ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
