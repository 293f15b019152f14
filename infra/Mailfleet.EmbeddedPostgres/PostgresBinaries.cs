using System.Globalization;
using Mailfleet.Hosting;

namespace Mailfleet.EmbeddedPostgres;

/// <summary>Finds the newest installed PostgreSQL.</summary>
internal static class PostgresBinaries
{
    private const int OldestMajor = 15;    // xid8 comparisons, MERGE and the schema rules we rely on

    // Debian keeps each major version apart; other systems have them on the PATH.
    public static string Find()
    {
        IEnumerable<(int Major, string Path)> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql")
                .Select(path => (Major: MajorOf(Path.GetFileName(path)), Path: Path.Combine(path, "bin")))
            : [];
        (int Major, string Path) newest = debian.Where(x => x.Major >= OldestMajor && File.Exists(Path.Combine(x.Path, "postgres"))).OrderBy(x => x.Major).LastOrDefault();
        if (newest.Path is not null)
            return newest.Path;

        string? onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "pg_ctl")));
        return onPath ?? throw new StartException(
            $"PostgreSQL {OldestMajor} or newer is not installed. On Debian: apt-get install postgresql; elsewhere put initdb and pg_ctl on the PATH.");
    }

    private static int MajorOf(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? major : 0;
}
