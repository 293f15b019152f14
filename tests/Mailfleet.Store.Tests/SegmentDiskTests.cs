using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Tests;

public sealed class SegmentDiskTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");

    [Fact]
    public void GatheredWriteOfMorePiecesThanTheKernelTakesIsWhole()
    {
        SegmentDisk disk = new(_directory);
        byte[] expected = new byte[200_000];
        new Random(1).NextBytes(expected);

        // IOV_MAX is 1,024; empty pieces stand for messages without a byte.
        ReadOnlyMemory<byte>[] pieces = [.. expected.Chunk(40).SelectMany(chunk => new ReadOnlyMemory<byte>[] { chunk, ReadOnlyMemory<byte>.Empty })];
        using ISegmentFile file = disk.Create(7);
        file.Write(pieces, 100);
        file.Sync();
        disk.SyncNames();

        using ISegmentFile opened = disk.Open(7);
        byte[] read = new byte[expected.Length + 50];
        Assert.Equal(expected.Length, opened.Read(read, 100));
        Assert.Equal(expected, read[..expected.Length]);
        Assert.Equal(expected.Length + 100, Assert.Single(disk.List()).Value);
    }

    [Fact]
    public void FileIsNeverMadeTwice()
    {
        SegmentDisk disk = new(_directory);
        disk.Create(7).Dispose();

        Assert.Throws<IOException>(() => disk.Create(7));
    }

    [Fact]
    public void MissingFileIsSaidToBeMissing()
    {
        SegmentDisk disk = new(_directory);
        disk.Create(7).Dispose();
        disk.Delete(7);

        Assert.Throws<FileNotFoundException>(() => disk.Open(7));
        Assert.Empty(disk.List());
    }

    [Fact]
    public void DirectoryIsForTheNodeAlone()
    {
        _ = new SegmentDisk(_directory);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }
}
