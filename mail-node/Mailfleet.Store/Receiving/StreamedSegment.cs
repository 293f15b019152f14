using Mailfleet.Store.Delivering;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Receiving;

/// <summary>The segment of one large message.</summary>
internal sealed class StreamedSegment : StreamedRecord
{
    private readonly ISegmentDisk _disk;
    private readonly SegmentRows _rows;
    private bool _isReferred;

    private StreamedSegment(long id, ISegmentDisk disk, SegmentRows rows, ISegmentFile file)
        : base(file)
    {
        Id = id;
        _disk = disk;
        _rows = rows;
    }

    public long Id { get; }

    public static async Task<StreamedSegment> OpenAsync(long id, ISegmentDisk disk, SegmentRows rows, CancellationToken cancellationToken)
    {
        await rows.AddAsync(id, cancellationToken);
        StoreMetrics.StreamedSegmentOpened();
        return new StreamedSegment(id, disk, rows, disk.Create(id));
    }

    /// <summary>Makes the record durable. From here on rows may refer to the segment, so its file stays.</summary>
    public void Finish(Delivery delivery)
    {
        WriteFrame(delivery, envelope: default);
        _disk.SyncNames();
        delivery.PlaceAt(Id, 0);
    }

    /// <summary>Tells that rows refer to the segment, or may do so after an unclear commit.</summary>
    public void Keep() => _isReferred = true;

    public override async ValueTask DisposeAsync()
    {
        File.Dispose();
        if (!_isReferred && await _rows.RemoveAsync(Id, CancellationToken.None))
            _disk.Delete(Id);
    }
}
