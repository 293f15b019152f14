using Mailfleet.Wire;

namespace Mailfleet.Smtp;

/// <summary>Hands content to the backend until it is refused; what comes after a refusal is read and dropped, so that the client hears the true reply.</summary>
internal sealed class ContentIntake(ISmtpMessage message, long maxBytes) : IAsyncDisposable
{
    private LineEndChecker _lineEnds;
    private long _bytes;

    /// <summary>Octets that came.</summary>
    public long Bytes => _bytes;

    /// <summary>Why the content is not wanted, or null.</summary>
    public SmtpReply? Refusal { get; private set; }

    /// <summary>What the backend threw, or null.</summary>
    public Exception? Fault { get; private set; }

    public ISmtpMessage Message => message;

    /// <summary>For content whose line ends were checked on the way (DATA).</summary>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _bytes += piece.Length;
        if (_bytes > maxBytes)
            Refusal ??= SmtpReply.TooLarge;
        if (Refusal is null)
            await WriteAsync(piece, cancellationToken);
        return _bytes <= 2 * maxBytes;                  // who goes on to twice the limit is not listening for a reply
    }

    /// <summary>For content that is counted, not delimited (BDAT): its line ends are checked here.</summary>
    public ValueTask<bool> TakeChunkAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (Refusal is null && !_lineEnds.Check(piece.Span))
            Refusal = SmtpReply.BadContentLineEnd;
        return TakeAsync(piece, cancellationToken);
    }

    /// <summary>After the last chunk: a message is made of lines, so a last line without an end gets one.</summary>
    public async ValueTask EndChunksAsync(CancellationToken cancellationToken)
    {
        if (Refusal is not null || _lineEnds.IsAtLineStart)
            return;
        if (_lineEnds.IsAfterCr)
            Refusal = SmtpReply.BadContentLineEnd;
        else
            await WriteAsync("\r\n"u8.ToArray(), cancellationToken);
    }

    public ValueTask DisposeAsync() => message.DisposeAsync();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await message.WriteAsync(piece, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)       // a peer that left is not our fault
        {
            Fault = fault;
            Refusal = SmtpReply.LocalError;
        }
    }
}
