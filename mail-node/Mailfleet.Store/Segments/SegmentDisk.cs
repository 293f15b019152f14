using System.Globalization;
using Mailfleet.Files;

namespace Mailfleet.Store.Segments;

/// <summary>Segment files in one directory: sixteen hexadecimal digits and <c>.seg</c>.</summary>
internal sealed class SegmentDisk : ISegmentDisk
{
    private const string Extension = ".seg";

    private readonly string _directory;

    public SegmentDisk(string directory)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The store syncs directories, which needs a POSIX system.");
        _directory = Path.GetFullPath(directory);
        if (System.IO.Directory.Exists(_directory))
            return;
        System.IO.Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Posix.SyncDirectory(Path.GetDirectoryName(_directory)!);
    }

    public ISegmentFile Create(long segment) =>
        new SegmentFile(File.OpenHandle(PathOf(segment), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void SyncNames() => Posix.SyncDirectory(_directory);

    public ISegmentFile Open(long segment) =>
        new SegmentFile(File.OpenHandle(PathOf(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess));

    public void Delete(long segment) => File.Delete(PathOf(segment));

    public IReadOnlyDictionary<long, long> List()
    {
        Dictionary<long, long> lengths = [];
        foreach (FileInfo file in new DirectoryInfo(_directory).EnumerateFiles("*" + Extension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file.Name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long segment))
                lengths[segment] = file.Length;
        }

        return lengths;
    }

    private string PathOf(long segment) => Path.Combine(_directory, segment.ToString("x16", CultureInfo.InvariantCulture) + Extension);
}
