using Mailfleet.Store.Delivering;
using Mailfleet.Store.Receiving;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Spooling;

/// <summary>The spool file of one large message that came while the cell's database was away.</summary>
internal sealed class StreamedSpoolFile(long id, ISpoolDisk disk, SpoolLedger ledger) : StreamedRecord(disk.Create(id))
{
    private long _reservedBytes;
    private bool _isFinished;

    /// <summary>Throws <see cref="IOException"/> when the spool is full.</summary>
    public override void Append(MessageBuffer bytes)
    {
        if (!ledger.TryReserve(bytes.Length))
            throw new IOException("The spool is full, or its oldest message too old.");
        _reservedBytes += bytes.Length;
        base.Append(bytes);
    }

    /// <summary>Makes it durable under the name of a file that waits.</summary>
    public void Finish(Delivery delivery)
    {
        byte[] envelope = SpoolEnvelope.Encode(delivery.Targets);
        WriteFrame(delivery, envelope);
        disk.Move(id, SpoolState.Unfinished, SpoolState.Waiting);
        disk.SyncNames();
        _isFinished = true;
        ledger.Add(id, 1, delivery.RecordLength + envelope.Length, delivery.ReceivedAt);
    }

    public override ValueTask DisposeAsync()
    {
        File.Dispose();
        ledger.Unreserve(_reservedBytes);
        if (!_isFinished)
            Spool.Remove(disk, id);
        return ValueTask.CompletedTask;
    }
}
