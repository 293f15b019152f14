namespace Mailfleet.Tenancy.Import;

/// <summary>
/// A spreadsheet takes a cell that begins with one of these for a formula, and runs it. Exports put an apostrophe before it, which spreadsheets do not
/// show; imports take it away again.
/// </summary>
public static class CsvText
{
    private const string Formula = "=+-@\t\r";

    public static string Escape(string text) => text.Length > 0 && Formula.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;

    public static string Unescape(string text) => text.Length > 1 && text[0] == '\'' && Formula.Contains(text[1], StringComparison.Ordinal) ? text[1..] : text;
}
