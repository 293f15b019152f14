namespace Mailfleet.Wire;

/// <summary>The minimum data rate of one block, as time that bytes buy: only waiting for the peer spends it, our own disk never does.</summary>
internal sealed class RateBudget(WireOptions options)
{
    private long _bytes;
    private long _waitedSeconds;

    /// <summary>How long the next wait may take; zero or less when the peer is too slow.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = options.RateGrace + TimeSpan.FromSeconds(_bytes / options.MinBytesPerSecond - _waitedSeconds);
            return left < options.BlockTimeout ? left : options.BlockTimeout;
        }
    }

    public void Received(long bytes) => _bytes += bytes;

    public void Waited(long seconds) => _waitedSeconds += seconds;
}
