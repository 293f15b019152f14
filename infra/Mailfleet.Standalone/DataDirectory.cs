using System.Security.Cryptography;
using System.Text;
using Mailfleet.Files;
using Mailfleet.Hosting;

namespace Mailfleet.Standalone;

/// <summary>The directory a standalone lives in: settings, secrets, certificates, segments; and, unless root, the database.</summary>
internal sealed class DataDirectory
{
    private DataDirectory(string path)
    {
        Root = path;
        IsNew = !Path.Exists(Keys) && !Path.Exists(Segments);
    }

    public string Root { get; }

    /// <summary>Nothing has run here yet: what is elsewhere under this directory's name is left over from one that is gone.</summary>
    public bool IsNew { get; }

    public string SettingsFile => Path.Combine(Root, "mailfleet.json");

    public string OperatorTokenFile => Path.Combine(Root, "operator-token");

    public string Keys => Path.Combine(Root, "keys");

    public string Tls => Path.Combine(Root, "tls");

    public string Segments => Path.Combine(Root, "segments");

    /// <summary>Lock, settings and requests of what runs here.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>What this start told the hosts; a further node joins by it.</summary>
    public string NodeSettingsFile => Path.Combine(Run, "node.json");

    public string ApiSettingsFile => Path.Combine(Run, "api.json");

    /// <summary>As root PostgreSQL runs as another user, who may not be able to reach <see cref="Root"/>.</summary>
    public string Postgres => Environment.IsPrivilegedProcess ? Path.Combine("/var/lib/mailfleet", ShortHash(Root)) : Path.Combine(Root, "postgres");

    /// <summary>Opens the directory, making what is missing.</summary>
    /// <exception cref="StartException">It cannot be made or written.</exception>
    public static DataDirectory Open(string path)
    {
        DataDirectory directory = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        try
        {
            System.IO.Directory.CreateDirectory(directory.Root);
            foreach (string secret in (string[])[directory.Keys, directory.Run, directory.Tls, directory.Segments])
                System.IO.Directory.CreateDirectory(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data directory {directory.Root} cannot be made or written: {problem.Message}", problem);
        }

        EnsureRoom(directory.Root);
        return directory;
    }

    /// <summary>One standalone a directory: held until disposed, freed by the kernel when the process dies.</summary>
    /// <exception cref="StartException">Another process holds it.</exception>
    public IDisposable Lock() => TryLock() ?? throw new StartException(
        $"Another Mailfleet is running on {Root}. Stop it first, or choose another directory with --data and other ports with --port-offset.");

    /// <summary>Null when another process holds the directory.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(Run, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A secret of this directory, made at first use: 256 random bits in base64url.</summary>
    public static string Secret(string file)
    {
        if (!File.Exists(file))
            OwnerOnlyFile.Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        return File.ReadAllText(file).Trim();
    }

    // A database without room stops in the middle of its first checkpoint; say it before.
    private static void EnsureRoom(string root)
    {
        const long Needed = 1L << 30;
        long available = new DriveInfo(root).AvailableFreeSpace;
        if (available < Needed)
            throw new StartException($"The disk of {root} has {available >> 20} MB free; Mailfleet needs at least {Needed >> 20} MB to start.");
    }

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
