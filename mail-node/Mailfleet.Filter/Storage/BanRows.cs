using Mailfleet.Filter.Bans;
using Mailfleet.Wire.Peers;
using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Filter.Storage;

/// <summary>The table <c>filter.ban</c> of the cell.</summary>
public sealed class BanRows(NpgsqlDataSource cell)
{
    // Two nodes that see one attack ban once: a ban that runs is left as it is. Within a day of the last one it is four times as long.
    private const string AddBan =
        """
        INSERT INTO filter.ban AS old (prefix, reason, offences, ends_at)
        VALUES ($1::cidr, $2, 1, now() + make_interval(secs => $3))
        ON CONFLICT (prefix) DO UPDATE SET
            reason = excluded.reason,
            offences = CASE WHEN old.ends_at > now() - interval '1 day' THEN old.offences + 1 ELSE 1 END,
            made_at = now(),
            ends_at = now() + make_interval(secs => CASE WHEN old.ends_at > now() - interval '1 day' THEN least($3 * power(4, least(old.offences, 10)), $4) ELSE $3 END),
            changed_xid = pg_current_xact_id()
        WHERE old.ends_at <= now()
        """;

    private const string RemoveBan =
        """
        UPDATE filter.ban SET ends_at = now(), offences = 0, changed_xid = pg_current_xact_id()
        WHERE prefix = $1::cidr AND ends_at > now()
        """;

    private const string List =
        """
        SELECT text(prefix), reason, offences, made_at, ends_at FROM filter.ban WHERE ends_at > now() ORDER BY made_at, prefix
        """;

    // One statement, so one snapshot: what the last look could not see and this one can; at the first all that run.
    private const string Changes =
        """
        SELECT pg_current_snapshot()::text, NULL, NULL
        UNION ALL SELECT NULL, text(prefix), extract(epoch FROM ends_at - now())::double precision FROM filter.ban
            WHERE $1::text IS NULL AND ends_at > now()
        UNION ALL SELECT NULL, text(prefix), extract(epoch FROM ends_at - now())::double precision FROM filter.ban
            WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
        """;

    private const string Prune = "DELETE FROM filter.ban WHERE ends_at < now() - interval '30 days'";

    /// <summary>Bans a prefix, unless it is banned now.</summary>
    public async Task AddAsync(NetworkPrefix prefix, string reason, TimeSpan first, TimeSpan longest, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(AddBan);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = prefix.ToString() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = first.TotalSeconds });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = longest.TotalSeconds });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends a ban; false when there is none.</summary>
    public async Task<bool> RemoveAsync(NetworkPrefix prefix, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(RemoveBan);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = prefix.ToString() });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>The bans that run, the oldest first.</summary>
    public async Task<IReadOnlyList<Ban>> ListAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(List);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Ban> bans = [];
        while (await reader.ReadAsync(cancellationToken))
            bans.Add(new Ban(Read(reader.GetString(0)), reader.GetString(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4)));
        return bans;
    }

    /// <summary>Forgets bans that ended a month ago.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Prune);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <param name="snapshot">The snapshot of the last look; null at the first, which finds all that run.</param>
    internal async Task<(string Snapshot, IReadOnlyList<(NetworkPrefix Prefix, TimeSpan Left)> Bans)> LookAsync(string? snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(Changes);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)snapshot ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        string now = "";
        List<(NetworkPrefix, TimeSpan)> bans = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(1))
                now = reader.GetString(0);
            else
                bans.Add((Read(reader.GetString(1)), TimeSpan.FromSeconds(reader.GetDouble(2))));
        }

        return (now, bans);
    }

    private static NetworkPrefix Read(string prefix) => NetworkPrefix.TryParse(prefix) ?? throw new FormatException($"filter.ban holds '{prefix}', which is no prefix.");
}
