using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.Cell.Migrations;

/// <summary>One step of the schema: <c>NNNN_name.sql</c>, never edited once released.</summary>
internal sealed record Migration(string Name, string Sql)
{
    /// <summary>Lower-case hex SHA-256 of the text.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The migrations of this program in name order.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        Assembly assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))];
    }

    private static Migration Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return new Migration(name, reader.ReadToEnd());
    }
}
