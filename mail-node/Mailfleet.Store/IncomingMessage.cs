using Mailfleet.Store.Receiving;
using Mailfleet.Store.Segments;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store;

/// <summary>
/// A message that is being received. Disposing without delivering forgets it; dispose it only after a delivery has ended, because it owns the bytes.
/// A disk fault while a large message streams in is kept for <see cref="MailStore.DeliverAsync"/> to answer, so that the protocol can read on to the end.
/// </summary>
public sealed partial class IncomingMessage : IAsyncDisposable
{
    // One write to the disk for this many bytes of a streamed message.
    private const int FlushBytes = 256 << 10;

    private readonly MessageBuffer _buffer = new();
    private readonly HeaderScan _header = new();
    private readonly Func<CancellationToken, Task<StreamedRecord>> _openStream;
    private readonly int _streamThreshold;
    private readonly ILogger _log;
    private Crc32C _crc;

    internal IncomingMessage(int streamThreshold, bool maySpool, Func<CancellationToken, Task<StreamedRecord>> openStream, ILogger log)
    {
        _streamThreshold = streamThreshold;
        MaySpool = maySpool;
        _openStream = openStream;
        _log = log;
    }

    public long SizeBytes { get; private set; }

    internal uint Crc => _crc.Value;

    internal long HeaderBytes => _header.HeaderBytes;

    internal long? MessageIdHash => _header.HashMessageId();

    internal bool IsBroken { get; private set; }

    /// <summary>While the cell's database is away, this node alone may keep it.</summary>
    internal bool MaySpool { get; }

    /// <summary>The file of its own that the message streams to, or null while memory holds it all.</summary>
    internal StreamedRecord? Stream { get; private set; }

    /// <summary>That file when it is a segment of the cell.</summary>
    internal StreamedSegment? Segment => Stream as StreamedSegment;

    internal IEnumerable<ReadOnlyMemory<byte>> Pieces => _buffer.Pieces;

    /// <summary>Appends bytes; the memory is the caller's again after the call.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        SizeBytes += content.Length;
        if (IsBroken)
            return;
        _crc.Append(content.Span);
        _header.Append(content.Span);
        while (!content.IsEmpty)
        {
            // A single large piece goes through the same small buffer as many small ones.
            ReadOnlyMemory<byte> part = content[..Math.Min(content.Length, FlushBytes)];
            _buffer.Append(part.Span);
            content = content[part.Length..];
            if (_buffer.Length >= (Stream is null ? _streamThreshold : FlushBytes) && !await TryFlushAsync(cancellationToken))
                return;
        }
    }

    /// <summary>Sends what memory holds to the message's own file, opened when there is none yet. False when disk or database refuse.</summary>
    internal async Task<bool> TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            Stream ??= await _openStream(cancellationToken);
            if (_buffer.Length > 0)
                Stream.Append(_buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            LogStreamFailed(exception, Segment?.Id);
            IsBroken = true;
        }

        _buffer.Clear();
        return !IsBroken;
    }

    public async ValueTask DisposeAsync()
    {
        _buffer.Dispose();
        if (Stream is not { } stream)
            return;
        Stream = null;
        try
        {
            await stream.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            // What is left is garbage that the check counts and compaction removes.
            LogCleanUpFailed(exception, (stream as StreamedSegment)?.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A large message could not be streamed to segment {Segment}; it will be refused.")]
    private partial void LogStreamFailed(Exception exception, long? segment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segment {Segment} of a message that was not delivered could not be removed.")]
    private partial void LogCleanUpFailed(Exception exception, long? segment);
}
