using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Cell.Door;

/// <summary>Reads <c>queue.trace</c>, newest first, along its index by customer and time.</summary>
internal static class TraceRows
{
    private const string Sql =
        """
        SELECT t.at, t.message_id, t.reverse_path, t.address, t.outcome, t.attempts, t.reply, t.host, t.tls
        FROM queue.trace t
        WHERE t.customer_id = (SELECT id FROM directory.customer WHERE public_id = $1)
            AND t.at >= coalesce($2, '-infinity') AND t.at < coalesce($3, 'infinity')
            AND ($4::text IS NULL OR lower(t.reverse_path) = lower($4)) AND ($5::text IS NULL OR lower(t.address) = lower($5))
            AND ($6::smallint IS NULL OR t.outcome = $6) AND ($7::bigint IS NULL OR t.message_id = $7)
            AND t.at <= coalesce($8, 'infinity') AND ($8::timestamptz IS NULL OR (t.at, t.message_id, t.address) < ($8, $9, $10))
        ORDER BY t.at DESC, t.message_id DESC, t.address DESC
        LIMIT $11
        """;

    private const int MostEntries = 1_000;

    /// <exception cref="ArgumentException">A limit out of range, or a message's name that is none.</exception>
    public static async Task<IReadOnlyList<TraceEntry>> ReadAsync(NpgsqlDataSource door, TraceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, MostEntries);
        await using NpgsqlCommand command = door.CreateCommand(Sql);
        foreach ((object? value, NpgsqlDbType type) in ((object?, NpgsqlDbType)[])
            [
                (query.Customer, NpgsqlDbType.Text), (query.Since?.ToUniversalTime(), NpgsqlDbType.TimestampTz), (query.Until?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                (query.Sender, NpgsqlDbType.Text), (query.Recipient, NpgsqlDbType.Text), ((short?)query.Result, NpgsqlDbType.Smallint), (IdOf(query.Message), NpgsqlDbType.Bigint),
                (query.After?.At.ToUniversalTime(), NpgsqlDbType.TimestampTz), (IdOf(query.After?.Message), NpgsqlDbType.Bigint), (query.After?.Recipient, NpgsqlDbType.Text),
                (query.Limit, NpgsqlDbType.Integer),
            ])
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<TraceEntry> entries = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new TraceEntry(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1).ToString("x16", CultureInfo.InvariantCulture), reader.GetString(2), reader.GetString(3),
                (TraceResult)reader.GetInt16(4), reader.GetInt32(5), Text(6), Text(7), Text(8)));
        }

        return entries;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private static long? IdOf(string? message) =>
        message is null ? null
        : long.TryParse(message, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long id) ? id
        : throw new ArgumentException($"'{message}' names no message.");
}
