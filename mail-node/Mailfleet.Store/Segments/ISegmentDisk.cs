namespace Mailfleet.Store.Segments;

/// <summary>The disk under the store: real, or in tests one that forgets what was not synced. Faults are <see cref="IOException"/>s.</summary>
internal interface ISegmentDisk
{
    /// <summary>Makes an empty file; fails when it exists. Its name survives a power cut only after <see cref="SyncNames"/>.</summary>
    ISegmentFile Create(long segment);

    void SyncNames();

    /// <summary>Opens for reading. <see cref="FileNotFoundException"/> when there is no such file.</summary>
    ISegmentFile Open(long segment);

    void Delete(long segment);

    /// <summary>The segments that have a file, with its length.</summary>
    IReadOnlyDictionary<long, long> List();
}

internal interface ISegmentFile : IDisposable
{
    /// <summary>Writes all pieces one after the other, or throws.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position);

    /// <summary>Returns when all that was written would survive a power cut. After a fault nothing is known of this file's unsynced bytes.</summary>
    void Sync();

    /// <summary>Fills the buffer; fewer bytes only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);
}
