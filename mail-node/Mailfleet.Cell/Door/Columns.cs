using Npgsql;

namespace Mailfleet.Cell.Door;

/// <summary>Rows as one array a column, for <c>unnest</c>: any number of rows is one statement with one plan.</summary>
internal static class Columns
{
    public static NpgsqlBatchCommand With<TRow, TValue>(this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, TValue> column)
    {
        command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = [.. rows.Select(column)] });
        return command;
    }
}
