using System.Text;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>The audit as a list, oldest first, as far as an actor sees: what was done at their place and below, by whomever.</summary>
public sealed class FleetAudit(NpgsqlDataSource database)
{
    private const string Columns = "id, at, actor, actor_id, role, on_behalf_of, action, object_id, before::text, after::text, source";

    public async Task<Page<AuditRow>> PageAsync(Actor actor, PageRequest page, AuditFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand();
        var sql = new StringBuilder($"SELECT {Columns} FROM tenancy.audit WHERE {Where(command, actor, filter)}");
        if (page.After is not null)
            sql.Append($" AND id > {Add(command, page.After)}");
        if (page.Before is not null)
            sql.Append($" AND id < {Add(command, page.Before)}");
        command.CommandText = sql.Append($" ORDER BY id {(page.FromEnd ? "DESC" : "ASC")} LIMIT {Add(command, page.Limit + 1)}").ToString();
        return Page<AuditRow>.Of(await ReadAsync(command, cancellationToken), page);
    }

    public async Task<long> CountAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM tenancy.audit WHERE {Where(command, actor, filter)}";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string Where(NpgsqlCommand command, Actor actor, AuditFilter filter)
    {
        var sql = new StringBuilder(actor.May(Right.ReadAudit) ? "true" : "false");
        if (actor.Place != SubtreePath.Root)
            sql.Append($" AND path >= {Add(command, actor.Place.Value)} AND path < {Add(command, actor.Place.Value + "\U0010FFFF")}");
        if (filter.ObjectId is not null)
            sql.Append($" AND object_id = {Add(command, filter.ObjectId)}");
        if (filter.Actor is not null)
            sql.Append($" AND actor = {Add(command, filter.Actor)}");
        if (filter.Action is { } action)
            sql.Append($" AND action = {Add(command, action.ToString())}");
        if (filter.Since is { } since)
            sql.Append($" AND at >= {Add(command, since.ToUniversalTime())}");
        if (filter.Before is { } before)
            sql.Append($" AND at < {Add(command, before.ToUniversalTime())}");
        return sql.ToString();
    }

    private static string Add(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return $"${command.Parameters.Count}";
    }

    private static async Task<List<AuditRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<AuditRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new AuditRow(
                AuditId.Parse(reader.GetString(0)), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), Optional(reader, 3),
                Enum.Parse<Role>(reader.GetString(4)), Optional(reader, 5), Enum.Parse<AuditAction>(reader.GetString(6)), reader.GetString(7),
                Optional(reader, 8), Optional(reader, 9), Optional(reader, 10)));
        return rows;
    }

    private static string? Optional(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
