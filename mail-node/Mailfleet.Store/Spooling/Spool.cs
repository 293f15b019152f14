using System.Threading.Channels;
using Mailfleet.Store.Delivering;
using Mailfleet.Store.Segments;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Store.Spooling;

/// <summary>
/// Takes deliveries while the cell's database is away: all that waits goes into one new file, is synced, and gets its final name; only then the senders
/// hear of it. So a file of that name is whole, and one that is not was promised to nobody. A message keeps the id it has, so one whose commit was
/// unclear is found when it is drained. What does not fit, or comes too late, is refused.
/// </summary>
internal sealed partial class Spool : IAsyncDisposable
{
    private const int CopyBytes = 256 << 10;

    private readonly ISpoolDisk _disk;
    private readonly IdSource _ids;
    private readonly StoreOptionsNow _options;
    private readonly SpoolLedger _ledger;
    private readonly ILogger _log;
    private readonly Channel<Delivery> _waiting = Channel.CreateUnbounded<Delivery>(new() { SingleReader = true });
    private readonly Task _loop;

    public Spool(ISpoolDisk disk, IdSource ids, StoreOptionsNow options, SpoolLedger ledger, ILogger log)
    {
        _disk = disk;
        _ids = ids;
        _options = options;
        _ledger = ledger;
        _log = log;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Whether the file's form holds all of it: mail for inboxes as it comes from other servers.</summary>
    public static bool Keeps(Delivery delivery) =>
        delivery.Attachment is null && delivery.Targets.All(target => target == new DeliveryTarget(target.Mailbox, target.ReturnPath, target.DeliveredTo));

    /// <summary>Finds what earlier starts left: unfinished files go, the others are read as far as their entries tell of themselves.</summary>
    public static void Load(ISpoolDisk disk, SpoolLedger ledger)
    {
        foreach ((long file, _) in disk.List(SpoolState.Unfinished))
            disk.Delete(file, SpoolState.Unfinished);
        foreach ((long file, long length) in disk.List(SpoolState.Waiting))
        {
            using ISegmentFile opened = disk.Open(file, SpoolState.Waiting);
            SpoolFile read = SpoolFile.Read(opened, length);
            ledger.Add(file, read.Entries.Count, length, read.Entries.Count == 0 ? DateTimeOffset.UnixEpoch : read.Entries.Min(entry => entry.ReceivedAt));
        }

        ledger.SetAside(disk.List(SpoolState.Aside).Count);
    }

    /// <summary>Removes a file that was promised to nobody, as far as the disk lets.</summary>
    public static void Remove(ISpoolDisk disk, long file)
    {
        foreach (SpoolState state in (SpoolState[])[SpoolState.Unfinished, SpoolState.Waiting])
        {
            try
            {
                disk.Delete(file, state);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The disk that refused the file refuses this too. An unfinished one goes at the next start; a whole one is delivered, which a sender that was refused must expect.
                continue;
            }
        }
    }

    /// <summary>Gives the delivery its outcome: Spooled, or Failed when there is no room or the disk refuses.</summary>
    public void Add(Delivery delivery)
    {
        if (!_waiting.Writer.TryWrite(delivery))
            delivery.Complete(DeliveryResult.Failed);
    }

    /// <summary>A file for a large message that begins now.</summary>
    public StreamedSpoolFile OpenStreamed() => new(_ids.Next(), _disk, _ledger);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            List<Delivery> batch = [];
            long bytes = 0;
            while (bytes < _options.Value.WriteBatchBytes && _waiting.Reader.TryRead(out Delivery? delivery))
            {
                long length = LengthOf(delivery);
                if (!_ledger.TryReserve(length))
                {
                    LogFull(delivery.Id);
                    delivery.Complete(DeliveryResult.Failed);
                    continue;
                }

                bytes += length;
                batch.Add(delivery);
            }

            if (batch.Count == 0)
                continue;
            bool isDurable = TryWrite(batch, bytes);
            _ledger.Unreserve(bytes);
            foreach (Delivery delivery in batch)
                delivery.Complete(isDurable ? DeliveryResult.Spooled : DeliveryResult.Failed);
        }
    }

    private bool TryWrite(List<Delivery> batch, long bytes)
    {
        long id = _ids.Next();
        try
        {
            using (ISegmentFile file = _disk.Create(id))
            {
                Write(file, batch);
                file.Sync();
            }

            _disk.Move(id, SpoolState.Unfinished, SpoolState.Waiting);
            _disk.SyncNames();
        }
        catch (Exception exception)
        {
            LogWriteFailed(exception, batch.Count);
            StoreMetrics.SyncFailed();
            Remove(_disk, id);
            return false;
        }

        _ledger.Add(id, batch.Count, bytes, batch.Min(delivery => delivery.ReceivedAt));
        return true;
    }

    private static void Write(ISegmentFile file, List<Delivery> batch)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        long position = 0;
        void Flush()
        {
            if (pieces.Count > 0)
                file.Write(pieces, position);
            position += pieces.Sum(piece => (long)piece.Length);
            pieces.Clear();
        }

        foreach (Delivery delivery in batch)
        {
            byte[] head = new byte[RecordHeader.Length];
            byte[] mailboxes = new byte[delivery.MailboxIdsLength];
            delivery.WriteFrame(head, mailboxes);
            pieces.Add(head);
            if (delivery.Message.Stream is { } streamed)
            {
                byte[] piece = new byte[CopyBytes];
                for (long done = 0; done < delivery.SizeBytes; done += piece.Length)
                {
                    Memory<byte> part = piece.AsMemory(0, (int)Math.Min(piece.Length, delivery.SizeBytes - done));
                    streamed.Read(part.Span, done);
                    pieces.Add(part);
                    Flush();
                }
            }
            else
            {
                pieces.AddRange(delivery.Message.Pieces);
            }

            pieces.Add(mailboxes);
            pieces.Add(SpoolEnvelope.Encode(delivery.Targets));
        }

        Flush();
    }

    private static long LengthOf(Delivery delivery) => delivery.RecordLength + SpoolEnvelope.LengthOf(delivery.Targets);

    [LoggerMessage(Level = LogLevel.Error, Message = "The spool is full or its oldest message too old; message {Message} is refused.")]
    private partial void LogFull(long message);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Count} messages could not be written to the spool; they are refused.")]
    private partial void LogWriteFailed(Exception exception, int count);
}
