using System.Globalization;
using Mailfleet.Files;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>Spool files in one directory: sixteen hexadecimal digits that grow with each file, and the state.</summary>
internal sealed class SpoolDisk : ISpoolDisk
{
    private readonly string _directory;

    public SpoolDisk(string directory)
    {
        _directory = Path.GetFullPath(directory);
        Make(_directory);
    }

    public ISegmentFile Create(long file) =>
        new SegmentFile(File.OpenHandle(PathOf(file, SpoolState.Unfinished), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void Move(long file, SpoolState from, SpoolState to) => File.Move(PathOf(file, from), PathOf(file, to));

    public void SyncNames() => Posix.SyncDirectory(_directory);

    public ISegmentFile Open(long file, SpoolState state) =>
        new SegmentFile(File.OpenHandle(PathOf(file, state), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public void Delete(long file, SpoolState state) => File.Delete(PathOf(file, state));

    public IReadOnlyList<(long File, long Length)> List(SpoolState state)
    {
        List<(long File, long Length)> files = [];
        foreach (FileInfo file in new DirectoryInfo(_directory).EnumerateFiles("*" + ExtensionOf(state)))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file.Name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long id))
                files.Add((id, file.Length));
        }

        files.Sort();
        return files;
    }

    // From the top: a name is durable only when the directory that holds it has been synced.
    private static void Make(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            return;
        string parent = Path.GetDirectoryName(directory)!;
        Make(parent);
        System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Posix.SyncDirectory(parent);
    }

    private string PathOf(long file, SpoolState state) => Path.Combine(_directory, file.ToString("x16", CultureInfo.InvariantCulture) + ExtensionOf(state));

    private static string ExtensionOf(SpoolState state) => state switch
    {
        SpoolState.Unfinished => ".part",
        SpoolState.Waiting => ".mail",
        _ => ".aside",
    };
}
