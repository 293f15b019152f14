using System.Data.Common;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Webhooks;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A delivery that is to be tried now.</summary>
internal sealed record DueDelivery(DeliveryId Id, WebhookId Webhook, EventId Event, string Body, int Attempts, string Url, byte[] SecretSealed);

/// <summary>Webhooks and their deliveries.</summary>
public sealed class WebhookTable
{
    internal const string Columns = "id, node_id, path, url, types, fault, created_at";
    private const string DeliveryColumns = "id, webhook_id, event_id, type, attempts, next_at, delivered_at, status, fault, created_at";

    private readonly NpgsqlDataSource _database;

    internal WebhookTable(NpgsqlDataSource database) => _database = database;

    /// <summary>The newest deliveries of a webhook, below one of them where given.</summary>
    public async Task<IReadOnlyList<DeliveryRow>> ReadDeliveriesAsync(WebhookId webhook, DeliveryId? below, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            $"SELECT {DeliveryColumns} FROM tenancy.webhook_delivery WHERE webhook_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3");
        command.Parameters.Add(new() { Value = webhook.Value });
        command.Parameters.Add(new() { Value = below?.Value ?? "" });
        command.Parameters.Add(new() { Value = limit });
        List<DeliveryRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(ReadDelivery(reader));
        return rows;
    }

    // It begins with what happens from now on: behind whatever is under way at this moment.
    internal static void Insert(IDocumentSession session, WebhookRow webhook, byte[] secret) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.webhook (id, node_id, path, url, types, secret_sealed, cursor_xid, cursor_seq, created_at)
        VALUES (?, ?, ?, ?, ?, ?, pg_current_xact_id(), 0, ?)
        """,
        webhook.Id.Value, webhook.Node.Value, webhook.Path.Value, webhook.Url, webhook.Types.ToArray(), secret, webhook.CreatedAt);

    internal static async Task<WebhookRow?> LockAsync(IDocumentSession session, WebhookId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.webhook WHERE id = $1 AND listed FOR UPDATE") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    internal static void Delete(IDocumentSession session, WebhookId id)
    {
        session.QueueSqlCommand("UPDATE tenancy.webhook SET listed = false, secret_sealed = '' WHERE id = ?", id.Value);
        session.QueueSqlCommand("DELETE FROM tenancy.webhook_delivery WHERE webhook_id = ?", id.Value);
    }

    internal static async Task<DeliveryRow?> FindDeliveryAsync(IDocumentSession session, DeliveryId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {DeliveryColumns} FROM tenancy.webhook_delivery WHERE id = $1") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ReadDelivery(reader) : null;
    }

    internal static void Redeliver(IDocumentSession session, DeliveryRow delivery, DateTimeOffset now)
    {
        session.QueueSqlCommand("UPDATE tenancy.webhook SET fault = NULL WHERE id = ?", delivery.Webhook.Value);
        session.QueueSqlCommand("UPDATE tenancy.webhook_delivery SET attempts = 0, next_at = ?, delivered_at = NULL WHERE id = ?", now, delivery.Id.Value);
    }

    internal async Task<IReadOnlyList<WebhookId>> FindActiveAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand("SELECT id FROM tenancy.webhook WHERE listed AND fault IS NULL ORDER BY id");
        List<WebhookId> ids = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(WebhookId.Parse(reader.GetString(0)));
        return ids;
    }

    /// <summary>Turns a webhook's next events into deliveries and moves its cursor, in one transaction: each event once, whoever does it. True when there may be more.</summary>
    internal async Task<bool> FanOutAsync(WebhookId id, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<(string Event, string Type, string Body, string Xid, long Seq)> events = [];
        await using (NpgsqlCommand read = new(
            $"""
            SELECT e.id, e.type, json_build_object('type', e.type, 'timestamp', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'data', e.data || jsonb_build_object('id', e.object_id))::text, e.xid::text, e.seq
            FROM (SELECT * FROM tenancy.webhook WHERE id = $1 AND listed FOR UPDATE SKIP LOCKED) w
            JOIN tenancy.event e ON (e.xid, e.seq) > (w.cursor_xid, w.cursor_seq) AND e.xid < {FleetEvents.Horizon}
                AND starts_with(e.path, w.path) AND (cardinality(w.types) = 0 OR e.type = ANY (w.types))
            ORDER BY e.xid, e.seq LIMIT $2
            """,
            connection, transaction)
        { Parameters = { new() { Value = id.Value }, new() { Value = limit } } })
        await using (NpgsqlDataReader reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                events.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4)));
        }

        if (events.Count == 0)
            return false;

        await using (NpgsqlCommand write = new(
            """
            WITH moved AS (UPDATE tenancy.webhook SET cursor_xid = $7::text::xid8, cursor_seq = $8 WHERE id = $1)
            INSERT INTO tenancy.webhook_delivery (id, webhook_id, event_id, type, body, next_at, created_at)
            SELECT id, $1, event_id, type, body, $6, $6 FROM unnest($2, $3, $4, $5) AS given (id, event_id, type, body)
            """,
            connection, transaction)
        {
            Parameters =
            {
                new() { Value = id.Value }, new() { Value = events.Select(_ => DeliveryId.New(now).Value).Order(StringComparer.Ordinal).ToArray() },
                new() { Value = events.Select(e => e.Event).ToArray() }, new() { Value = events.Select(e => e.Type).ToArray() },
                new() { Value = events.Select(e => e.Body).ToArray() }, new() { Value = now }, new() { Value = events[^1].Xid }, new() { Value = events[^1].Seq },
            },
        })
            await write.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return events.Count == limit;
    }

    /// <summary>Takes deliveries that are due until a moment; after it, should this process die, another takes them.</summary>
    internal async Task<IReadOnlyList<DueDelivery>> TakeDueAsync(int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            """
            WITH due AS (
                SELECT d.id FROM tenancy.webhook_delivery d JOIN tenancy.webhook w ON w.id = d.webhook_id AND w.listed AND w.fault IS NULL
                WHERE d.next_at <= $1 ORDER BY d.next_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
            UPDATE tenancy.webhook_delivery d SET next_at = $2, attempts = d.attempts + 1
            FROM due, tenancy.webhook w WHERE d.id = due.id AND w.id = d.webhook_id
            RETURNING d.id, d.webhook_id, d.event_id, d.body, d.attempts, w.url, w.secret_sealed
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = until });
        command.Parameters.Add(new() { Value = limit });
        List<DueDelivery> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new DueDelivery(
                DeliveryId.Parse(reader.GetString(0)), WebhookId.Parse(reader.GetString(1)), EventId.Parse(reader.GetString(2)), reader.GetString(3), reader.GetInt32(4),
                reader.GetString(5), reader.GetFieldValue<byte[]>(6)));
        return rows;
    }

    /// <param name="nextAt">When it is tried next; null when it is over.</param>
    internal async Task RecordAsync(
        DeliveryId id, DateTimeOffset? deliveredAt, DateTimeOffset? nextAt, int? status, string? fault, string? webhookFault, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            """
            WITH stopped AS (
                UPDATE tenancy.webhook SET fault = $6 WHERE $6 <> '' AND id = (SELECT webhook_id FROM tenancy.webhook_delivery WHERE id = $1))
            UPDATE tenancy.webhook_delivery SET delivered_at = $2, next_at = $3, status = $4, fault = nullif($5, '') WHERE id = $1
            """);
        command.Parameters.Add(new() { Value = id.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)deliveredAt ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)nextAt ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = fault ?? "" });
        command.Parameters.Add(new() { Value = webhookFault ?? "" });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets deliveries and events from before a moment.</summary>
    internal async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(
            """
            WITH gone AS (DELETE FROM tenancy.webhook_delivery WHERE id IN (
                SELECT id FROM tenancy.webhook_delivery WHERE created_at < $1 ORDER BY created_at LIMIT 1000))
            DELETE FROM tenancy.event WHERE seq IN (SELECT seq FROM tenancy.event WHERE at < $1 ORDER BY seq LIMIT 1000)
            """);
        command.Parameters.Add(new() { Value = before });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static WebhookRow Read(DbDataReader reader) => new(
        WebhookId.Parse(reader.GetString(0)), NodeId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)), reader.GetString(3),
        reader.GetFieldValue<string[]>(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6));

    private static DeliveryRow ReadDelivery(DbDataReader reader) => new(
        DeliveryId.Parse(reader.GetString(0)), WebhookId.Parse(reader.GetString(1)), EventId.Parse(reader.GetString(2)), reader.GetString(3), reader.GetInt32(4),
        reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
        reader.IsDBNull(7) ? null : reader.GetInt32(7), reader.IsDBNull(8) ? null : reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9));
}
