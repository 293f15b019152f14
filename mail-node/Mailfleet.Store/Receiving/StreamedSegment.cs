using Mailfleet.Store.Delivering;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Receiving;

/// <summary>The segment of one large message, written while it is received. Its head is the last thing written, so a torn one is garbage by its CRC.</summary>
internal sealed class StreamedSegment : IAsyncDisposable
{
    private readonly ISegmentDisk _disk;
    private readonly SegmentRows _rows;
    private readonly ISegmentFile _file;
    private long _position = RecordHeader.Length;
    private bool _isReferred;

    private StreamedSegment(long id, ISegmentDisk disk, SegmentRows rows, ISegmentFile file)
    {
        Id = id;
        _disk = disk;
        _rows = rows;
        _file = file;
    }

    public long Id { get; }

    public static async Task<StreamedSegment> OpenAsync(long id, ISegmentDisk disk, SegmentRows rows, CancellationToken cancellationToken)
    {
        await rows.AddAsync(id, cancellationToken);
        StoreMetrics.StreamedSegmentOpened();
        return new StreamedSegment(id, disk, rows, disk.Create(id));
    }

    public void Append(MessageBuffer bytes)
    {
        _file.Write([.. bytes.Pieces], _position);
        _position += bytes.Length;
    }

    /// <summary>Makes the record durable. From here on rows may refer to the segment, so its file stays.</summary>
    public void Finish(Delivery delivery)
    {
        byte[] head = new byte[RecordHeader.Length];
        byte[] mailboxes = new byte[delivery.MailboxIdsLength];
        delivery.WriteFrame(head, mailboxes);
        if (mailboxes.Length > 0)
            _file.Write([mailboxes], _position);
        _file.Write([head], 0);
        _file.Sync();
        _disk.SyncNames();
        delivery.PlaceAt(Id, 0);
    }

    /// <summary>Tells that rows refer to the segment, or may do so after an unclear commit.</summary>
    public void Keep() => _isReferred = true;

    public async ValueTask DisposeAsync()
    {
        _file.Dispose();
        if (!_isReferred && await _rows.RemoveAsync(Id, CancellationToken.None))
            _disk.Delete(Id);
    }
}
