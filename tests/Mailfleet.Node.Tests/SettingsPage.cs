using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mailfleet.Api;
using Mailfleet.Hosting;
using Mailfleet.Node.Options;
using Mailfleet.Testing;

namespace Mailfleet.Node.Tests;

/// <summary><c>infra/settings.md</c> is made from the option types: names, defaults, ranges and doc comments. MAILFLEET_APPROVE=1 writes it anew.</summary>
public sealed partial class SettingsPage
{
    private static readonly string Page = Path.Combine(RepositoryRoot.Find(), "infra", "settings.md");

    [Fact]
    public async Task IsWhatTheOptionTypesSay()
    {
        string made = Make();
        if (Environment.GetEnvironmentVariable("MAILFLEET_APPROVE") == "1")
            await File.WriteAllTextAsync(Page, made);
        Assert.Equal(made, await File.ReadAllTextAsync(Page));
    }

    [Fact]
    public void EverySettingIsExplained() => Assert.All(Rows(), row => Assert.True(row.Meaning.Length > 0, $"{row.Key} has no doc comment"));

    // A host lets the keys of the others pass by this list.
    [Fact]
    public void TheSectionsOfAllHostsAreKnown() => Assert.Equal(
        Rows().Select(row => row.Key.Split('.')[0]).Distinct().Order(StringComparer.Ordinal), SettingsShape.Sections.Order(StringComparer.Ordinal));

    private static string Make()
    {
        StringBuilder page = new();
        page.Append("""
            # Settings

            One `mailfleet.json` (standalone: `DIR/mailfleet.json`; a host of its own: `--config FILE`), then environment variables `MAILFLEET__SECTION__KEY`,
            then the directory `MAILFLEET_SECRETS` with one file `section__key` a secret; a later one wins. All of it is validated at start: a wrong type or a
            value out of range stops the start, a key that nobody reads is told on standard error. This page is made from the option types by a test.

            | key | host | default | range | meaning |
            |---|---|---|---|---|

            """);
        foreach (Row row in Rows())
            page.Append(CultureInfo.InvariantCulture, $"| `{row.Key}` | {row.Hosts} | {row.Default} | {row.Range} | {row.Meaning} |\n");
        return page.ToString();
    }

    // A key that several hosts read is one row.
    private static IReadOnlyList<Row> Rows() =>
    [
        .. RowsOf(new NodeOptions(), "node", "").Concat(RowsOf(new ApiSettings(), "api", "")).Concat(RowsOf(new LoggingSettings(), "all", "logging."))
            .GroupBy(row => row.Key).Select(rows => rows.First() with { Hosts = string.Join(", ", rows.Select(row => row.Hosts)) })
            .OrderBy(row => row.Key.Contains('.', StringComparison.Ordinal)).ThenBy(row => row.Key.Split('.')[0], StringComparer.Ordinal),
    ];

    private static IEnumerable<Row> RowsOf(object options, string host, string prefix)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties().Where(property => property.Name != "EqualityContract"))
        {
            string key = SettingsShape.KeyOf(prefix, property);
            object? value = property.GetValue(options);
            if (SettingsShape.IsSection(property.PropertyType))
            {
                foreach (Row row in RowsOf(value!, host, key + "."))
                    yield return row;
            }
            else
            {
                yield return new Row(key, host, DefaultOf(property, value), RangeOf(property), MeaningOf(property));
            }
        }
    }

    private static string DefaultOf(PropertyInfo property, object? value) => value switch
    {
        null or "" or ICollection { Count: 0 } => property.IsDefined(typeof(RequiredAttribute)) ? "required" : "none",
        IEnumerable<KeyValuePair<string, string>> pairs => string.Join(", ", pairs.Select(pair => $"`{pair.Key}`: `{pair.Value}`")),
        IEnumerable<string> list => string.Join(", ", list.Select(item => $"`{item}`")),
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string RangeOf(PropertyInfo property) => property.GetCustomAttributes() switch
    {
        var all when all.OfType<RangeAttribute>().FirstOrDefault() is { } range => range.Maximum is long.MaxValue or double.MaxValue or 9.2233720368547758E+18
            ? string.Create(CultureInfo.InvariantCulture, $"at least {range.Minimum}")
            : string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
        var all when all.OfType<AllowedValuesAttribute>().FirstOrDefault() is { } allowed => string.Join(", ", allowed.Values.Select(value => $"`{value}`")),
        _ => "",
    };

    // The doc comment above the property in the file of its type.
    private static string MeaningOf(PropertyInfo property)
    {
        string typeName = property.DeclaringType!.Name;
        string root = RepositoryRoot.Find();
        string text = ((string[])["mail-node/Mailfleet.Node/Options", "api/Mailfleet.Api", "infra/Mailfleet.Hosting"])
            .SelectMany(folder => System.IO.Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs"))
            .Select(File.ReadAllText).Single(source => source.Contains($"record {typeName}\n", StringComparison.Ordinal));
        text = text[text.IndexOf($"record {typeName}\n", StringComparison.Ordinal)..];
        Match match = Regex.Match(text, $$"""/// <summary>(?<text>[^\n]*(\n\s*///[^\n]*)*?)</summary>\n(\s*\[[^\n]*\n)*\s*public [^\n]*\b{{property.Name}} \{""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        string meaning = Regex.Replace(match.Groups["text"].Value, @"\s*\n\s*///\s*", " ", RegexOptions.None, TimeSpan.FromSeconds(5));
        return Code().Replace(meaning, "`").Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex("</?c>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    private sealed record Row(string Key, string Hosts, string Default, string Range, string Meaning);
}
