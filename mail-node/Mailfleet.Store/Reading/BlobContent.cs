using System.Buffers;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Reading;

/// <summary>The payload of one record, read in order. Never hands out the end of a message whose bytes are not what was stored.</summary>
internal abstract class BlobContent : IDisposable
{
    /// <summary>Throws <see cref="IOException"/> when the record's head, or a small record's payload, is not the one that the row means.</summary>
    public static BlobContent Open(BlobPlace place, SegmentFiles files, int wholeReadBytes) =>
        place.SizeBytes <= wholeReadBytes ? Whole.Read(place, files) : new Streamed(place, files);

    /// <summary>Fills the buffer; 0 at the end.</summary>
    public abstract int Read(Span<byte> buffer);

    public abstract void Dispose();

    /// <summary>The record's head when it is the one that the row means; throws otherwise.</summary>
    public static RecordHeader CheckHead(BlobPlace place, ReadOnlySpan<byte> head) =>
        RecordHeader.TryRead(head) is { } header && header.MessageId == place.BlobId && header.PayloadLength == place.SizeBytes
            ? header
            : throw new IOException($"Segment {place.SegmentId:x16} has no record of message {place.BlobId} with {place.SizeBytes} bytes at {place.Position}.");

    public static IOException Damaged(BlobPlace place) => new($"The bytes of message {place.BlobId} in segment {place.SegmentId:x16} at {place.Position} are damaged.");

    /// <summary>A small message, checked before its first byte goes out.</summary>
    private sealed class Whole : BlobContent
    {
        private byte[]? _rented;
        private int _offset;
        private int _end;

        public static Whole Read(BlobPlace place, SegmentFiles files)
        {
            int length = RecordHeader.Length + (int)place.SizeBytes;
            Whole content = new() { _rented = ArrayPool<byte>.Shared.Rent(length), _offset = RecordHeader.Length, _end = length };
            try
            {
                using SegmentFiles.Lease lease = files.Acquire(place.SegmentId);
                Span<byte> record = content._rented.AsSpan(0, length);
                record = record[..lease.File.Read(record, place.Position)];
                RecordHeader header = CheckHead(place, record);
                if (record.Length < length || Crc32C.Of(record[RecordHeader.Length..]) != header.PayloadCrc)
                    throw Damaged(place);
                return content;
            }
            catch
            {
                content.Dispose();
                throw;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_rented is null, this);
            int count = Math.Min(buffer.Length, _end - _offset);
            _rented.AsSpan(_offset, count).CopyTo(buffer);
            _offset += count;
            return count;
        }

        public override void Dispose()
        {
            if (Interlocked.Exchange(ref _rented, null) is { } rented)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A large message, checked while it goes by: the last piece is held back when the sum is wrong.</summary>
    private sealed class Streamed : BlobContent
    {
        private readonly BlobPlace _place;
        private readonly SegmentFiles _files;
        private readonly RecordHeader _header;
        private SegmentFiles.Lease _lease;
        private Crc32C _crc;
        private long _offset;

        public Streamed(BlobPlace place, SegmentFiles files)
        {
            _place = place;
            _files = files;
            _lease = files.Acquire(place.SegmentId);
            try
            {
                Span<byte> head = stackalloc byte[RecordHeader.Length];
                _header = CheckHead(place, head[.._lease.File.Read(head, place.Position)]);
            }
            catch
            {
                _lease.Dispose();
                throw;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            Span<byte> piece = buffer[..(int)Math.Min(buffer.Length, _place.SizeBytes - _offset)];
            if (piece.IsEmpty)
                return 0;
            if (!TryFill(piece))
            {
                // A short read can come from a handle that has gone stale (network file systems): once more with a new one.
                _files.Forget(_place.SegmentId);
                _lease.Dispose();
                _lease = _files.Acquire(_place.SegmentId);
                if (!TryFill(piece))
                    throw Damaged(_place);
            }

            _crc.Append(piece);
            _offset += piece.Length;
            if (_offset == _place.SizeBytes && _crc.Value != _header.PayloadCrc)
                throw Damaged(_place);
            return piece.Length;
        }

        public override void Dispose() => _lease.Dispose();

        private bool TryFill(Span<byte> piece) => _lease.File.Read(piece, _place.Position + RecordHeader.Length + _offset) == piece.Length;
    }
}
