using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>One message in a spool file: a record as in a segment, then its envelope.</summary>
/// <param name="Position">Where it starts in its file.</param>
/// <param name="Length">Bytes of record and envelope.</param>
internal sealed record SpoolEntry(long Position, long Length, RecordHeader Header, IReadOnlyList<DeliveryTarget> Targets)
{
    public long PayloadPosition => Position + RecordHeader.Length;

    public DateTimeOffset ReceivedAt => DateTimeOffset.FromUnixTimeMilliseconds(Header.ArrivalMs);
}
