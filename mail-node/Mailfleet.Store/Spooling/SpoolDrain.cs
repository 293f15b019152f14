using Mailfleet.Store.Delivering;
using Mailfleet.Store.Segments;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Spooling;

/// <summary>
/// Brings spooled mail into the cell, oldest first, once its database is back. Each message goes in under the id and the arrival time that it has, and the
/// commit asks whether that id is there already: however often a file is read, nothing is stored twice. A file goes only when all of it has its outcome.
/// What the cell cannot take (a mailbox that is gone, damaged bytes, data that the database refuses) is copied into a file of its own and set aside.
/// </summary>
/// <param name="receive">Starts a message that is not spooled again.</param>
/// <param name="deliver">Hands it over under the entry's id and arrival time, to these of its targets.</param>
internal sealed partial class SpoolDrain(
    ISpoolDisk disk, IdSource fileIds, SpoolLedger ledger, CellOutage outage, SegmentRows rows, Func<IncomingMessage> receive,
    Func<IncomingMessage, SpoolEntry, IReadOnlyList<DeliveryTarget>, Delivery> deliver, SpoolOptions options, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    // Held in memory and committed together; large messages are streamed.
    private const long RoundBytes = 8L << 20;

    private const int CopyBytes = 256 << 10;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan pause = await TryRoundAsync(cancellationToken);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;             // what waits is drained by the next start
        }
    }

    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> TryRoundAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(long File, long Length)> files = ledger.TakeOldest(RoundBytes);
        if (files.Count == 0 && !outage.IsOn)
            return options.ProbeInterval;
        try
        {
            if (outage.IsOn)
            {
                await rows.ProbeAsync(cancellationToken);
                outage.End();
            }

            // Each reads and hands over its small messages before it waits for the first, so they go in in the order of arrival and share commits.
            bool[] drained = await Task.WhenAll(files.Select(file => DrainAsync(file.File, file.Length)));
            disk.SyncNames();
            return drained.All(isDone => isDone) ? TimeSpan.Zero : options.ProbeInterval * 5;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            LogLater(exception, files.Count);
            return options.ProbeInterval;
        }
    }

    /// <summary>False when something of the file could not be brought in now; then all of it is tried again.</summary>
    private async Task<bool> DrainAsync(long id, long length)
    {
        using (ISegmentFile file = disk.Open(id, SpoolState.Waiting))
        {
            SpoolFile read = SpoolFile.Read(file, length);
            bool[] delivered = await Task.WhenAll(read.Entries.Select(entry => DeliverAsync(file, entry)));
            if (delivered.Contains(false))
                return false;
            if (read.ReadableBytes < length || length == 0)
            {
                LogDamaged(id, read.ReadableBytes);
                SetAside(file, read.ReadableBytes, length - read.ReadableBytes);
            }
        }

        disk.Delete(id, SpoolState.Waiting);
        ledger.Remove(id);
        return true;
    }

    /// <summary>True when the entry is in the cell or set aside.</summary>
    private async Task<bool> DeliverAsync(ISegmentFile file, SpoolEntry entry)
    {
        IReadOnlyList<DeliveryTarget> targets = entry.Targets;
        while (targets.Count > 0)
        {
            await using IncomingMessage message = receive();
            if (!await SpoolFile.ReadPayloadAsync(file, entry, piece => message.WriteAsync(piece, CancellationToken.None)))
            {
                LogDamagedMessage(entry.Header.MessageId);
                SetAside(file, entry.Position, entry.Length);
                return true;
            }

            Delivery delivery = deliver(message, entry, targets);
            DeliveryResult result = await delivery.Result;
            if (result.Status == DeliveryStatus.Stored)
                return true;
            if (result.Status != DeliveryStatus.MailboxGone && !delivery.IsPoison)
                return false;

            // Aside before the rest goes in: once the message's id is in the cell, nobody would ask for these targets again.
            LogRefused(entry.Header.MessageId, result.Status);
            SetAside(file, entry.Position, entry.Length);
            if (delivery.IsPoison)
                return true;
            targets = [.. targets.Where(target => !result.Refused.Contains(target.Mailbox))];
        }

        return true;
    }

    /// <summary>Copies a part of a file, durably, before the file goes.</summary>
    private void SetAside(ISegmentFile from, long position, long length)
    {
        long id = fileIds.Next();
        using (ISegmentFile copy = disk.Create(id))
        {
            byte[] piece = new byte[CopyBytes];
            for (long done = 0; done < length;)
            {
                int read = from.Read(piece.AsSpan(0, (int)Math.Min(CopyBytes, length - done)), position + done);
                if (read == 0)
                    break;
                copy.Write([piece.AsMemory(0, read)], done);
                done += read;
            }

            copy.Sync();
        }

        disk.Move(id, SpoolState.Unfinished, SpoolState.Aside);
        disk.SyncNames();
        ledger.SetAside(disk.List(SpoolState.Aside).Count);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not take the spool yet ({Count} files at least wait).")]
    private partial void LogLater(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Spool file {File} cannot be read from byte {Position} on; the rest of it is set aside.")]
    private partial void LogDamaged(long file, long position);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The bytes of spooled message {Message} are damaged; it is set aside.")]
    private partial void LogDamagedMessage(long message);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Spooled message {Message} cannot be delivered to all its recipients ({Status}); a copy is set aside.")]
    private partial void LogRefused(long message, DeliveryStatus status);
}
