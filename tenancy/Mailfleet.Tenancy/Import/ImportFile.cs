using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Tenancy.Import;

/// <summary>One row of a file: its line and what stands in its columns.</summary>
internal sealed record ImportLine(int Line, IReadOnlyDictionary<string, string> Columns)
{
    public string? this[string column] => Columns.TryGetValue(column, out string? text) && text.Length > 0 ? text : null;
}

/// <summary>Reads CSV (RFC 4180) with a header; comma, semicolon or tab, as the header has it.</summary>
internal static class ImportFile
{
    public const int MaxRows = 200_000; // a file of this many is a few megabytes; more are more files

    private const int MaxCellLength = 20_000; // a thousand targets; bounds what one quote that is never closed swallows

    public static IReadOnlyList<string> ColumnsOf(JobKind kind) => kind switch
    {
        JobKind.ImportDomains => ["name", "customer_id"],
        JobKind.ImportMailboxes => ["address", "password", "password_hash", "quota_bytes"],
        _ => ["address", "targets", "forward"],
    };

    private static int RequiredOf(JobKind kind) => kind == JobKind.ImportMailboxes ? 1 : 2;

    /// <param name="fault">A sentence about the file as a whole; faults of rows are found later.</param>
    public static bool TryRead(
        JobKind kind, string csv, [NotNullWhen(true)] out IReadOnlyList<ImportLine>? lines, [NotNullWhen(false)] out string? fault)
    {
        (lines, fault) = (null, null);
        using var parser = new CsvParser(new StringReader(csv.TrimStart('\uFEFF')), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = DelimiterOf(csv),
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = MaxCellLength,
            BadDataFound = null,
            IgnoreBlankLines = true,
        });
        try
        {
            if (!parser.Read() || parser.Record is not { } header)
                fault = "The file is empty.";
            else
                lines = ReadRows(kind, parser, [.. header.Select(name => name.Trim().ToLowerInvariant())], out fault);
        }
        catch (CsvHelperException problem)
        {
            fault = $"The file cannot be read as CSV near line {parser.RawRow}: {FirstLine(problem.Message)}";
        }

        return lines is not null;
    }

    // By the header alone, whose names have none of them: rows may (a hash has commas).
    private static string DelimiterOf(string csv)
    {
        int end = csv.IndexOf('\n', StringComparison.Ordinal);
        int at = csv.AsSpan(0, end < 0 ? csv.Length : end).IndexOfAny(",;\t");
        return at < 0 ? "," : csv[at].ToString();
    }

    private static List<ImportLine>? ReadRows(JobKind kind, CsvParser parser, string[] header, out string? fault)
    {
        fault = FindHeaderFault(kind, header);
        if (fault is not null)
            return null;

        List<ImportLine> lines = [];
        while (parser.Read())
        {
            if (lines.Count == MaxRows)
            {
                fault = $"The file has more than {MaxRows} rows. Split it.";
                return null;
            }

            string[] record = parser.Record!;
            Dictionary<string, string> columns = new(StringComparer.Ordinal);
            for (int i = 0; i < header.Length && i < record.Length; i++)
                columns[header[i]] = CsvText.Unescape(record[i]);
            lines.Add(new ImportLine(parser.RawRow, columns));
        }

        fault = lines.Count == 0 ? "The file has a header and no rows." : null;
        return fault is null ? lines : null;
    }

    private static string? FindHeaderFault(JobKind kind, string[] header)
    {
        IReadOnlyList<string> known = ColumnsOf(kind);
        if (known.Take(RequiredOf(kind)).FirstOrDefault(column => !header.Contains(column)) is { } missing)
            return $"The first line has to name the columns, and {missing} is not among them. Known are: {string.Join(", ", known)}.";
        if (header.FirstOrDefault(column => !known.Contains(column)) is { } strange)
            return $"There is no column '{(strange.Length > 40 ? strange[..40] : strange)}'. Known are: {string.Join(", ", known)}.";
        return header.Distinct().Count() < header.Length ? "The first line names a column twice." : null;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
