using Mailfleet.Cell.Nodes;
using Mailfleet.Store.Reading;
using Mailfleet.Store.Segments;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Compacting;

/// <summary>
/// Gives the disk space of garbage back while the store serves: live records of a sealed segment that is mostly garbage are copied and synced, then
/// their rows are moved, then the segment is dead, and after a grace its file goes. A crash at any point leaves only more garbage: rows point at
/// the old record until the new one is durable, and no file goes while a row refers to it.
/// </summary>
internal sealed partial class Compaction(NpgsqlDataSource cell, NodeRegistration node, ISegmentDisk disk, SegmentRows segments, IdSource ids, SegmentFiles files, StoreOptionsNow options, ILogger log)
{
    // One row transaction moves no more than this; one sync covers no more bytes.
    private const int BatchRecords = 1_000;

    public async Task<CompactionResult> RunAsync(CompactionOptions limits, CancellationToken cancellationToken)
    {
        await using CompactionRows? rows = await CompactionRows.TryOpenAsync(cell, node, cancellationToken);
        if (rows is null)
            return new CompactionResult(0, 0, 0, 0);
        await rows.SealAbandonedAsync(cancellationToken);
        int emptied = 0;
        long copied = 0;
        CompactedSegment? target = null;
        try
        {
            IReadOnlyDictionary<long, long> lengths = disk.List();
            foreach ((long segment, long liveBytes) in await rows.ListSealedAsync(limits.MinAge, cancellationToken))
            {
                if (liveBytes > limits.LiveShare * lengths.GetValueOrDefault(segment))
                    continue;
                foreach (BlobPlace[] batch in (await rows.ListLiveAsync(segment, cancellationToken)).Chunk(BatchRecords))
                {
                    if (target is { } full && full.Length >= options.Value.SegmentBytes)
                        target = await CloseAsync(full);
                    target ??= await CompactedSegment.OpenAsync(ids.Next(), disk, segments, cancellationToken);
                    copied += await MoveAsync(rows, segment, target, batch, cancellationToken);
                }

                emptied += await rows.TryBuryAsync(segment, cancellationToken) ? 1 : 0;
            }
        }
        finally
        {
            if (target is not null)
                await CloseAsync(target);
        }

        (int removed, long freed) = await RemoveDeadAsync(rows, limits.Grace, cancellationToken);
        return new CompactionResult(emptied, removed, copied, freed);
    }

    private async Task<long> MoveAsync(CompactionRows rows, long segment, CompactedSegment target, BlobPlace[] batch, CancellationToken cancellationToken)
    {
        List<(long Blob, long Position)> copies = [];
        long before = target.Length;
        using (SegmentFiles.Lease source = files.Acquire(segment))
        {
            foreach (BlobPlace place in batch)
            {
                try
                {
                    copies.Add((place.BlobId, target.Copy(place, source.File)));
                }
                catch (DamagedRecordException exception)
                {
                    LogDamaged(exception, place.BlobId, segment);
                }
            }
        }

        target.Sync();
        await rows.MoveAsync(segment, target.Id, copies, cancellationToken);
        return target.Length - before;
    }

    private async Task<CompactedSegment?> CloseAsync(CompactedSegment segment)
    {
        segment.Dispose();
        await segments.SealAsync(segment.Id, CancellationToken.None);
        return null;
    }

    private async Task<(int Removed, long Freed)> RemoveDeadAsync(CompactionRows rows, TimeSpan grace, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<long, long> lengths = disk.List();
        (int removed, long freed) = (0, 0);
        foreach (long segment in await rows.ListDeadAsync(grace, cancellationToken))
        {
            files.Forget(segment);
            disk.Delete(segment);
            await rows.ForgetAsync(segment, cancellationToken);
            removed++;
            freed += lengths.GetValueOrDefault(segment);
        }

        return (removed, freed);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Message {Message} in segment {Segment} cannot be copied; the segment is kept.")]
    private partial void LogDamaged(Exception exception, long message, long segment);
}
