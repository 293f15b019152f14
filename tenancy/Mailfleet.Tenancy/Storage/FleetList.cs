using System.Text;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>
/// One flat table as a list: pages by age or name in both directions, filters, look-ups. One statement a call, however many parents or ids it is asked about.
/// </summary>
public sealed class FleetList<TId, TParent, TRow>
    where TId : struct, IPublicId<TId>
    where TParent : struct, IPublicId<TParent>
    where TRow : class
{
    private readonly NpgsqlDataSource _database;
    private readonly string _table;
    private readonly string _parentColumn;
    private readonly string _filterColumn;
    private readonly string _selectSql;
    private readonly Func<NpgsqlDataReader, TRow> _read;
    private readonly Func<TRow, TId> _id;
    private readonly Func<TRow, TParent> _parent;

    /// <param name="columns">What <paramref name="read"/> reads, by position.</param>
    /// <param name="isProvisioned">Cells get these objects: after the columns come those of <see cref="ProvisioningColumns"/>.</param>
    internal FleetList(
        NpgsqlDataSource database, Right right, string table, string parentColumn, string filterColumn, string columns,
        Func<NpgsqlDataReader, TRow> read, Func<TRow, TId> id, Func<TRow, TParent> parent, bool isProvisioned = true)
    {
        string own = string.Join(", ", columns.Split(", ").Select(name => $"t.{name}"));
        _database = database;
        Right = right;
        _table = table;
        _parentColumn = parentColumn;
        _filterColumn = filterColumn;
        _selectSql = isProvisioned
            ? $"SELECT {own}, {ProvisioningColumns.Names} FROM {table} t JOIN tenancy.provisioning p ON p.object_id = t.id"
            : $"SELECT {own} FROM {table} t";
        _read = read;
        _id = id;
        _parent = parent;
    }

    /// <summary>What an actor needs to see any row; without it every list is empty.</summary>
    public Right Right { get; }

    public async Task<Page<TRow>> PageAsync(Actor actor, PageRequest page, TextFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        command.CommandText = PageSql(command, actor, page, filter, parent: null);
        return Page<TRow>.Of(await ReadAsync(command, cancellationToken), page);
    }

    /// <summary>The same page of every parent's children; a parent that is out of sight has none.</summary>
    public async Task<IReadOnlyDictionary<TParent, Page<TRow>>> PageOfAsync(
        Actor actor, IReadOnlyCollection<TParent> parents, PageRequest page, TextFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        string ids = Add(command, parents.Select(p => p.Value).ToArray());
        string inner = PageSql(command, actor, page, filter, "parent.id");
        command.CommandText = $"SELECT child.* FROM unnest({ids}) AS parent (id) CROSS JOIN LATERAL ({inner}) AS child";
        ILookup<TParent, TRow> rows = (await ReadAsync(command, cancellationToken)).ToLookup(_parent);
        return parents.Distinct().ToDictionary(parent => parent, parent => Page<TRow>.Of([.. rows[parent]], page));
    }

    public async Task<long> CountAsync(Actor actor, TextFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {_table} t WHERE {Where(command, actor, filter)}";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<IReadOnlyDictionary<TParent, long>> CountOfAsync(
        Actor actor, IReadOnlyCollection<TParent> parents, TextFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        string ids = Add(command, parents.Select(p => p.Value).ToArray());
        command.CommandText =
            $"SELECT t.{_parentColumn}, count(*) FROM {_table} t WHERE t.{_parentColumn} = ANY ({ids}) AND {Where(command, actor, filter)} GROUP BY 1";
        Dictionary<TParent, long> counts = parents.Distinct().ToDictionary(parent => parent, _ => 0L);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (TParent.TryParse(reader.GetString(0), out TParent parent))
                counts[parent] = reader.GetInt64(1);
        }

        return counts;
    }

    /// <summary>Those of the ids that exist and are in the actor's sight.</summary>
    public async Task<IReadOnlyDictionary<TId, TRow>> FindAsync(Actor actor, IReadOnlyCollection<TId> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        string wanted = Add(command, ids.Select(id => id.Value).ToArray());
        command.CommandText = $"{_selectSql} WHERE t.id = ANY ({wanted}) AND {Where(command, actor, TextFilter.None)}";
        return (await ReadAsync(command, cancellationToken)).ToDictionary(_id);
    }

    public async Task<TRow?> FindAsync(Actor actor, TId id, CancellationToken cancellationToken) =>
        (await FindAsync(actor, [id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Rows that rows in sight hang under: whoever sees a domain may know whose it is.</summary>
    public async Task<IReadOnlyDictionary<TId, TRow>> FindAboveAsync(IReadOnlyCollection<TId> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand();
        command.CommandText = $"{_selectSql} WHERE t.id = ANY ({Add(command, ids.Select(id => id.Value).ToArray())})";
        return (await ReadAsync(command, cancellationToken)).ToDictionary(_id);
    }

    // One row more than asked for says whether there is another page.
    private string PageSql(NpgsqlCommand command, Actor actor, PageRequest page, TextFilter filter, string? parent)
    {
        var sql = new StringBuilder(_selectSql).Append(" WHERE ").Append(Where(command, actor, filter));
        if (parent is not null)
            sql.Append($" AND t.{_parentColumn} = {parent}");
        bool isDescending = page.Order is ListOrder.CreatedAtDesc or ListOrder.NameDesc;
        if (page.After is not null)
            sql.Append($" AND {Beyond(page.After, isDescending)}");
        if (page.Before is not null)
            sql.Append($" AND {Beyond(page.Before, !isDescending)}");
        string direction = isDescending != page.FromEnd ? "DESC" : "ASC";
        string order = IsByName(page) ? $"t.{_filterColumn} {direction}, t.id {direction}" : $"t.id {direction}";
        return sql.Append($" ORDER BY {order} LIMIT {Add(command, page.Limit + 1)}").ToString();

        // A cursor holds an id alone; the name to go on from is the row's own, whether it is still listed or not.
        string Beyond(string id, bool isBelow)
        {
            string given = Add(command, id);
            string than = isBelow ? "<" : ">";
            return IsByName(page)
                ? $"(t.{_filterColumn}, t.id) {than} (SELECT {_filterColumn}, id FROM {_table} WHERE id = {given})"
                : $"t.id {than} {given}";
        }
    }

    private static bool IsByName(PageRequest page) => page.Order is ListOrder.Name or ListOrder.NameDesc;

    private string Where(NpgsqlCommand command, Actor actor, TextFilter filter)
    {
        var sql = new StringBuilder(actor.May(Right) ? "t.listed" : "false");
        if (actor.Place != SubtreePath.Root)
            sql.Append($" AND {StartsWith(command, "path", actor.Place.Value)}");
        if (filter.Is is not null)
            sql.Append($" AND t.{_filterColumn} = {Add(command, filter.Is)}");
        if (filter.StartsWith is { Length: > 0 } prefix)
            sql.Append($" AND {StartsWith(command, _filterColumn, prefix)}");
        return sql.ToString();
    }

    // A range over the column's byte order uses its index under any plan; U+10FFFF is above all text.
    private static string StartsWith(NpgsqlCommand command, string column, string prefix) =>
        $"t.{column} >= {Add(command, prefix)} AND t.{column} < {Add(command, prefix + "\U0010FFFF")}";

    private static string Add(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return $"${command.Parameters.Count}";
    }

    private async Task<List<TRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<TRow> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(_read(reader));
        return rows;
    }
}
