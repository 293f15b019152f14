using Mailfleet.Store.Delivering;
using Mailfleet.Store.Reading;

namespace Mailfleet.Store;

/// <summary>Reads one message in order, a mailbox's own header lines first. Damage throws <see cref="IOException"/>.</summary>
public sealed class MessageReader : IAsyncDisposable
{
    private readonly byte[] _traceLines;
    private readonly BlobContent _content;
    private int _traceOffset;

    internal MessageReader(string returnPath, string deliveredTo, BlobContent content, long contentBytes)
        : this(TraceLines.Encode(returnPath, deliveredTo), content, contentBytes)
    {
    }

    /// <summary>Reads the stored copy itself, without what a mailbox's own copy starts with.</summary>
    internal MessageReader(BlobContent content, long contentBytes)
        : this([], content, contentBytes)
    {
    }

    private MessageReader(byte[] traceLines, BlobContent content, long contentBytes)
    {
        _traceLines = traceLines;
        _content = content;
        SizeBytes = traceLines.Length + contentBytes;
    }

    public long SizeBytes { get; }

    /// <summary>Fills the buffer from where the last read ended; 0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    internal int Read(Span<byte> buffer)
    {
        int trace = Math.Min(buffer.Length, _traceLines.Length - _traceOffset);
        _traceLines.AsSpan(_traceOffset, trace).CopyTo(buffer);
        _traceOffset += trace;
        return trace + _content.Read(buffer[trace..]);
    }

    public ValueTask DisposeAsync()
    {
        _content.Dispose();
        return ValueTask.CompletedTask;
    }
}
