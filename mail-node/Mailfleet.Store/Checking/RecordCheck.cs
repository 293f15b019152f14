using System.Buffers;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Segments;
using Npgsql;

namespace Mailfleet.Store.Checking;

/// <summary>Whether every stored copy that has a row is where the row says, and with deep, byte for byte what was stored.</summary>
internal sealed class RecordCheck(ISegmentDisk disk, NpgsqlDataSource cell, bool deep) : IDisposable
{
    private const int PieceLength = 256 << 10;

    private const string WalkBlobs =
        $"""
        SELECT b.id, b.segment_id, b.position, b.size_bytes, {BlobReferences.Exist}
        FROM mail.blob b ORDER BY b.segment_id, b.position
        """;

    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceLength);
    private readonly SegmentFiles _files = new(disk, capacity: 8, TimeProvider.System);

    public List<StoreProblem> Problems { get; } = [];

    public long Blobs { get; private set; }

    /// <summary>Bytes of records that somebody refers to.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Walks the blobs segment by segment, in the order of their positions, as a snapshot has them.</summary>
    public async Task RunAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(WalkBlobs, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            BlobPlace place = new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            Blobs++;

            // Garbage that waits for compaction may lose its file at any moment: only what somebody needs is looked at.
            if (!reader.GetBoolean(4))
                continue;
            await LookAsync(place, cancellationToken);
        }
    }

    public void Dispose()
    {
        _files.Dispose();
        ArrayPool<byte>.Shared.Return(_piece);
    }

    private async Task LookAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        string? fault = FindFault(place);
        if (fault is not null && await FindMovedAsync(place, cancellationToken) is { } moved)
            fault = moved is { Place: { } now } ? FindFault(now) : null;
        if (fault is not null)
            Problems.Add(new StoreProblem(fault));
    }

    private string? FindFault(BlobPlace place)
    {
        try
        {
            using SegmentFiles.Lease lease = _files.Acquire(place.SegmentId);
            RecordHeader header = BlobContent.CheckHead(place, _piece.AsSpan(0, lease.File.Read(_piece.AsSpan(0, RecordHeader.Length), place.Position)));
            LiveBytes += header.RecordLength;
            return deep ? FindDamage(place, header, lease.File) : FindShortness(place, header, lease.File);
        }
        catch (IOException exception)
        {
            return $"message {place.BlobId}: {exception.Message}";
        }
    }

    private string? FindShortness(BlobPlace place, RecordHeader header, ISegmentFile file)
    {
        long last = place.Position + header.RecordLength - 1;
        return file.Read(_piece.AsSpan(0, 1), last) == 1 ? null : $"message {place.BlobId}: segment {place.SegmentId:x16} ends before byte {last}.";
    }

    private string? FindDamage(BlobPlace place, RecordHeader header, ISegmentFile file)
    {
        long position = place.Position + RecordHeader.Length;
        return SumOf(file, position, header.PayloadLength) == header.PayloadCrc
            && SumOf(file, position + header.PayloadLength, (long)header.MailboxCount * sizeof(long)) == header.MailboxesCrc
            ? null
            : $"message {place.BlobId}: {BlobContent.Damaged(place).Message}";
    }

    /// <summary>Null when the file ends too early.</summary>
    private uint? SumOf(ISegmentFile file, long position, long length)
    {
        Crc32C crc = default;
        while (length > 0)
        {
            Span<byte> piece = _piece.AsSpan(0, (int)Math.Min(PieceLength, length));
            if (file.Read(piece, position) < piece.Length)
                return null;
            crc.Append(piece);
            position += piece.Length;
            length -= piece.Length;
        }

        return crc.Value;
    }

    /// <summary>Where the copy stands by now, null when that is where it stood before; a copy that is gone has no place and no fault.</summary>
    private async Task<Moved?> FindMovedAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = cell.CreateCommand(
            $"SELECT segment_id, position, size_bytes FROM mail.blob b WHERE id = $1 AND {BlobReferences.Exist}");
        command.Parameters.Add(new() { Value = place.BlobId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new Moved(null);
        BlobPlace now = new(place.BlobId, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        return now == place ? null : new Moved(now);
    }

    private sealed record Moved(BlobPlace? Place);
}
