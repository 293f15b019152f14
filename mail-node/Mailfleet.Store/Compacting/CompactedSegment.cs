using System.Buffers;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Compacting;

/// <summary>The segment that compaction copies live records to. Records are copied whole and unchanged, and only when their sums are right.</summary>
internal sealed class CompactedSegment : IDisposable
{
    private const int PieceLength = 256 << 10;

    private readonly ISegmentFile _file;
    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceLength);

    private CompactedSegment(long id, ISegmentFile file) => (Id, _file) = (id, file);

    public long Id { get; }

    public long Length { get; private set; }

    public static async Task<CompactedSegment> OpenAsync(long id, ISegmentDisk disk, SegmentRows rows, CancellationToken cancellationToken)
    {
        await rows.AddAsync(id, cancellationToken);
        CompactedSegment segment = new(id, disk.Create(id));
        disk.SyncNames();
        return segment;
    }

    /// <summary>Copies one record and returns its new position. Throws <see cref="DamagedRecordException"/> when the record is not what was stored.</summary>
    public long Copy(BlobPlace place, ISegmentFile source)
    {
        long position = Length;
        RecordHeader header = ReadHead(place, source);
        (uint payload, uint mailboxes) = (0, 0);
        try
        {
            Copy(place, source, 0, RecordHeader.Length);
            payload = Copy(place, source, RecordHeader.Length, header.PayloadLength);
            mailboxes = Copy(place, source, RecordHeader.Length + header.PayloadLength, (long)header.MailboxCount * sizeof(long));
        }
        finally
        {
            // What a damaged record leaves here is garbage like any other.
            Length = position + header.RecordLength;
        }

        return payload == header.PayloadCrc && mailboxes == header.MailboxesCrc ? position : throw new DamagedRecordException(BlobContent.Damaged(place).Message);
    }

    public void Sync() => _file.Sync();

    public void Dispose()
    {
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_piece);
    }

    private RecordHeader ReadHead(BlobPlace place, ISegmentFile source)
    {
        Span<byte> head = _piece.AsSpan(0, RecordHeader.Length);
        try
        {
            return BlobContent.CheckHead(place, head[..source.Read(head, place.Position)]);
        }
        catch (IOException exception)
        {
            throw new DamagedRecordException(exception.Message);
        }
    }

    private uint Copy(BlobPlace place, ISegmentFile source, long offset, long length)
    {
        Crc32C crc = default;
        for (long end = offset + length; offset < end;)
        {
            Memory<byte> piece = _piece.AsMemory(0, (int)Math.Min(PieceLength, end - offset));
            if (source.Read(piece.Span, place.Position + offset) < piece.Length)
                throw new DamagedRecordException(BlobContent.Damaged(place).Message);
            crc.Append(piece.Span);
            _file.Write([piece], Length + offset);
            offset += piece.Length;
        }

        return crc.Value;
    }
}
