using System.Collections;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Mailfleet.Hosting;

/// <summary>
/// Settings held against the type they are read into. The binder passes over what does not fit in silence: a key that nobody knows, a single value where a
/// list or a section stands; a typing error would look like a setting in force.
/// </summary>
/// <param name="Faults">Values of the wrong shape, each naming its key.</param>
/// <param name="Unknown">Keys that nothing reads, each with the nearest that exists.</param>
public sealed record SettingsShape(IReadOnlyList<string> Faults, IReadOnlyList<string> Unknown)
{
    /// <summary>The first parts of all keys of all hosts: they share one file, so each must let the others' pass.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        [
            "api", "cell", "delivery", "directory", "dns", "hostName", "limits", "listen", "logging", "nodeName", "ports", "postmaster", "proxies", "roles", "routes",
            "spool", "store", "telemetry", "tls", "trusted",
        ];

    public static SettingsShape Of(IConfiguration settings, Type type)
    {
        List<string> faults = [];
        List<string> unknown = [];
        Hold(settings, type, "", Sections, faults, unknown);
        return new SettingsShape(faults, unknown);
    }

    /// <summary>The key as it stands in JSON.</summary>
    public static string KeyOf(string prefix, PropertyInfo property) => prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>Whether a type holds settings of its own instead of being one.</summary>
    public static bool IsSection(Type type) => type.IsClass && type.Namespace?.StartsWith("Mailfleet.", StringComparison.Ordinal) == true;

    private static void Hold(IConfiguration settings, Type type, string prefix, IReadOnlyList<string> others, List<string> faults, List<string> unknown)
    {
        Dictionary<string, PropertyInfo> known = type.GetProperties().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection section in settings.GetChildren())
        {
            if (!known.TryGetValue(section.Key, out PropertyInfo? property))
            {
                if (!others.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
                    unknown.Add($"there is no setting '{prefix}{section.Key}'; the nearest is '{prefix}{Nearest(section.Key, [.. others, .. known.Values.Select(x => KeyOf("", x))])}'");
                continue;
            }

            string key = KeyOf(prefix, property);
            bool isSingle = section.Value is { Length: > 0 };
            bool isList = property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable));
            if (isList && isSingle)
                faults.Add($"{key}: a list is expected, not the single value '{section.Value}'.");
            else if (IsSection(property.PropertyType) && isSingle)
                faults.Add($"{key}: a section with keys of its own is expected, not the single value '{section.Value}'.");
            else if (IsSection(property.PropertyType))
                Hold(section, property.PropertyType, key + ".", [], faults, unknown);
            else if (!isList && section.GetChildren().Any())
                faults.Add($"{key}: a single value is expected, not a section or a list.");
        }
    }

    private static string Nearest(string key, IReadOnlyList<string> known) => known.MinBy(candidate => Distance(key.ToUpperInvariant(), candidate.ToUpperInvariant()))!;

    // Levenshtein: insertions, deletions and replacements of single letters.
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
