using System.Text;
using Mailfleet.Cell;
using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;
using Mailfleet.Store.Tests.Support;

namespace Mailfleet.Store.Tests;

public sealed class SpoolFormatTests : IDisposable
{
    private static readonly DeliveryTarget[] Targets = [new(new MailboxKey(7), "", "ä@a.test"), new(new MailboxKey(9), "sender@b.test", "box@a.test")];

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");

    // What an older release spooled must be drained by a newer one: these bytes are fixed.
    [Fact]
    public void EnvelopeOfVersionOneIsUnchanged() =>
        Assert.Equal("29-00-00-00-67-7D-79-28", BitConverter.ToString(SpoolEnvelope.Encode(Targets)[..SpoolEnvelope.HeadLength]));

    [Fact]
    public void EntriesAreReadAsTheyWereWritten()
    {
        byte[] file = [.. Entry(1, "first"), .. Entry(2, "")];

        SpoolFile read = Read(file);

        Assert.Equal(file.Length, read.ReadableBytes);
        Assert.Equal([1L, 2L], read.Entries.Select(entry => entry.Header.MessageId));
        Assert.All(read.Entries, entry => Assert.Equal(Targets, entry.Targets));
        Assert.Equal(file.Length, read.Entries.Sum(entry => entry.Length));
    }

    // Whatever bit is wrong: what is before it is read, nothing is read as another message, and nothing throws.
    [Fact]
    public void DamageNeverReachesBeyondItsEntry()
    {
        byte[] first = Entry(1, "first");
        byte[] file = [.. first, .. Entry(2, "second")];
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            SpoolFile read = Read(file);
            Assert.InRange(read.ReadableBytes, bit / 8 < first.Length ? 0 : first.Length, file.Length);
            Assert.All(read.Entries.Zip((long[])[1, 2]), pair => Assert.Equal(pair.Second, pair.First.Header.MessageId));
            Assert.All(read.Entries, entry => Assert.Equal(Targets, entry.Targets));
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void FileThatEndsTooEarlyIsReadUpToItsLastWholeEntry()
    {
        byte[] first = Entry(1, "first");
        byte[] file = [.. first, .. Entry(2, "second")];
        for (int length = 0; length < file.Length; length++)
            Assert.Equal(length < first.Length ? 0 : first.Length, Read(file[..length]).ReadableBytes);
    }

    [Fact]
    public void FileOnTheRealDiskGoesFromStateToState()
    {
        SpoolDisk disk = new(Path.Combine(_directory, "spool", "node"));
        using (ISegmentFile file = disk.Create(0x1F))
        {
            file.Write([Encoding.ASCII.GetBytes("mail")], 0);
            file.Sync();
        }

        disk.Create(3).Dispose();
        Assert.Equal([(3L, 0L), (0x1FL, 4L)], disk.List(SpoolState.Unfinished));
        disk.Move(0x1F, SpoolState.Unfinished, SpoolState.Waiting);
        disk.SyncNames();
        Assert.Equal([(0x1FL, 4L)], disk.List(SpoolState.Waiting));
        using (ISegmentFile file = disk.Open(0x1F, SpoolState.Waiting))
            Assert.Equal(4, file.Read(new byte[10], 0));
        disk.Delete(0x1F, SpoolState.Waiting);
        disk.Delete(3, SpoolState.Unfinished);
        Assert.Empty(System.IO.Directory.GetFiles(_directory, "*", SearchOption.AllDirectories));
        Assert.Throws<FileNotFoundException>(() => disk.Open(0x1F, SpoolState.Waiting));
    }

    public void Dispose()
    {
        if (System.IO.Directory.Exists(_directory))
            System.IO.Directory.Delete(_directory, recursive: true);
    }

    private static SpoolFile Read(byte[] bytes)
    {
        FaultySpoolDisk disk = new();
        using ISegmentFile file = disk.Create(1);
        file.Write([bytes], 0);
        return SpoolFile.Read(file, bytes.Length);
    }

    private static byte[] Entry(long id, string payload)
    {
        byte[] head = new byte[RecordHeader.Length];
        byte[] content = Encoding.ASCII.GetBytes(payload);
        byte[] mailboxes = [7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        new RecordHeader(id, 1_000, content.Length, Crc32C.Of(content), 2, Crc32C.Of(mailboxes)).Write(head);
        return [.. head, .. content, .. mailboxes, .. SpoolEnvelope.Encode(Targets)];
    }
}
