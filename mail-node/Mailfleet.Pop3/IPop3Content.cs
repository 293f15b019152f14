namespace Mailfleet.Pop3;

/// <summary>The bytes of one message. Read in order, in pieces; lines end in CRLF.</summary>
public interface IPop3Content : IAsyncDisposable
{
    /// <summary>Fills the buffer from where the last read ended; 0 at the end. Throws <see cref="IOException"/> when the bytes are damaged, never returns wrong ones.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
