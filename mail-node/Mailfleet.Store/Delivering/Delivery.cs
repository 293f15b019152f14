using System.Buffers.Binary;
using Mailfleet.Cell;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Delivering;

/// <summary>One message on its way through the two stages: first its bytes become durable, then its rows.</summary>
internal sealed class Delivery(
    long id, IncomingMessage message, IReadOnlyList<DeliveryTarget> targets, DateTimeOffset receivedAt, long startedAt, IDeliveryAttachment? attachment = null)
{
    private readonly TaskCompletionSource<DeliveryResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AppendedSegment? _heldSegment;

    public long Id { get; } = id;

    public IncomingMessage Message { get; } = message;

    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    /// <summary>Time stamp of the clock when the delivery was asked for; the commit gives up some time after it.</summary>
    public long StartedAt { get; } = startedAt;

    public IReadOnlyList<DeliveryTarget> Targets { get; } =
        [.. targets.Select(target => target with
        {
            ReturnPath = TraceLines.Scrub(target.ReturnPath), DeliveredTo = TraceLines.Scrub(target.DeliveredTo), ReceivedAt = target.ReceivedAt < receivedAt ? target.ReceivedAt?.ToUniversalTime() : null,
        })];

    /// <summary>Where the last attempt to commit put it; true once that attempt has succeeded.</summary>
    public IReadOnlyList<StoredMessage> Messages { get; set; } = [];

    public IDeliveryAttachment? Attachment { get; } = attachment;

    /// <summary>Rows it adds to a transaction, about.</summary>
    public int RowCount => Targets.Count + (Attachment?.RowCount ?? 0);

    public long SizeBytes { get; } = message.SizeBytes;

    public long HeaderBytes { get; } = message.HeaderBytes;

    public long? MessageIdHash { get; } = message.MessageIdHash;

    public long SegmentId { get; private set; }

    public long Position { get; private set; }

    /// <summary>An earlier commit of this delivery ended unclearly: the next one asks first whether the id is there.</summary>
    public bool MayBeCommitted { get; set; }

    /// <summary>Its sender has had the 250 (it comes from the spool): quota no longer refuses it, and it may be in the cell already.</summary>
    public bool IsPromised { get; init; }

    /// <summary>The database takes everything but this: trying again is in vain.</summary>
    public bool IsPoison { get; set; }

    public Task<DeliveryResult> Result => _result.Task;

    public int MailboxIdsLength => Targets.Count * sizeof(long);

    public long RecordLength => RecordHeader.Length + SizeBytes + MailboxIdsLength;

    public long LogicalSizeFor(DeliveryTarget target) => TraceLines.LengthOf(target.ReturnPath, target.DeliveredTo) + SizeBytes;

    /// <summary>Writes what stands before and after the payload.</summary>
    public void WriteFrame(Span<byte> head, Span<byte> mailboxes)
    {
        for (int index = 0; index < Targets.Count; index++)
            BinaryPrimitives.WriteInt64LittleEndian(mailboxes[(index * sizeof(long))..], Targets[index].Mailbox.Value);
        new RecordHeader(Id, (Targets.Count > 0 ? Targets[0].ReceivedAt ?? ReceivedAt : ReceivedAt).ToUnixTimeMilliseconds(), SizeBytes, Message.Crc, Targets.Count, Crc32C.Of(mailboxes)).Write(head);
    }

    public void PlaceAt(long segment, long position) => (SegmentId, Position) = (segment, position);

    public void PlaceIn(AppendedSegment segment, long position)
    {
        PlaceAt(segment.Id, position);
        segment.Hold();
        _heldSegment = segment;
    }

    /// <summary>Its segment no longer belongs to this start: stage 1 is to open another one.</summary>
    public void FenceSegment() => _heldSegment?.Fence();

    public void Complete(DeliveryResult result)
    {
        // Before anybody can dispose of the message: rows refer to the segment of its own, or may do so.
        if (result.Status == DeliveryStatus.Stored || MayBeCommitted)
            Message.Segment?.Keep();
        if (!_result.TrySetResult(result))
            return;
        StoreMetrics.Decided(result.Status);
        _heldSegment?.Release();
    }

    public void Refuse(DeliveryStatus status, IReadOnlyList<MailboxKey> refused) => Complete(new DeliveryResult(status, refused, []));
}
