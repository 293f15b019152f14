using Npgsql;
using NpgsqlTypes;

namespace Mailfleet.Queue.Rows;

/// <summary>Columns as arrays: one statement for any number of rows.</summary>
internal static class Arrays
{
    public static NpgsqlParameter<long[]> Longs(IEnumerable<long> values) => new() { TypedValue = [.. values] };

    public static NpgsqlParameter<int[]> Integers(IEnumerable<int> values) => new() { TypedValue = [.. values] };

    public static NpgsqlParameter<short[]> Shorts(IEnumerable<int> values) => new() { TypedValue = [.. values.Select(value => (short)value)] };

    public static NpgsqlParameter<bool[]> Booleans(IEnumerable<bool> values) => new() { TypedValue = [.. values] };

    public static NpgsqlParameter<bool?[]> MaybeBooleans(IEnumerable<bool?> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean };

    public static NpgsqlParameter<long?[]> MaybeLongs(IEnumerable<long?> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter<TimeSpan[]> Spans(IEnumerable<TimeSpan> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval };

    public static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };

    public static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        NpgsqlBatchCommand command = new(sql);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
