namespace Mailfleet.Delivery;

/// <summary>The bytes of a message, read once, in order.</summary>
public interface IOutboundContent : IAsyncDisposable
{
    /// <summary>Fills the buffer from where the last read ended; 0 at the end. Throws <see cref="IOException"/> when the bytes are not what was stored.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
