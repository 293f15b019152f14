using Mailfleet.Store.Delivering;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Receiving;

/// <summary>A large message in a file of its own, written while it is received. Its head is the last thing written, so a torn one is garbage by its CRC.</summary>
internal abstract class StreamedRecord(ISegmentFile file) : IAsyncDisposable
{
    private long _position = RecordHeader.Length;

    protected ISegmentFile File => file;

    public virtual void Append(MessageBuffer bytes)
    {
        file.Write([.. bytes.Pieces], _position);
        _position += bytes.Length;
    }

    /// <summary>Reads back what was appended.</summary>
    public void Read(Span<byte> piece, long payloadPosition)
    {
        if (file.Read(piece, RecordHeader.Length + payloadPosition) < piece.Length)
            throw new IOException("A large message's file is shorter than what was written to it.");
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Writes what stands around the payload, the head last.</summary>
    protected void WriteFrame(Delivery delivery, ReadOnlyMemory<byte> envelope)
    {
        byte[] head = new byte[RecordHeader.Length];
        byte[] mailboxes = new byte[delivery.MailboxIdsLength];
        delivery.WriteFrame(head, mailboxes);
        if (mailboxes.Length + envelope.Length > 0)
            file.Write([mailboxes, envelope], _position);
        file.Write([head], 0);
        file.Sync();
    }
}
