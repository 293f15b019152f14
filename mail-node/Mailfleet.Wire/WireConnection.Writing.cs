using System.Buffers;
using System.IO.Pipelines;

namespace Mailfleet.Wire;

public sealed partial class WireConnection
{
    // One block of the transport: enough to fill packets, little enough to hold for a client that pipelines without end.
    private const int FlushAtBytes = 16 * 1024;

    /// <summary>Where replies are written; they leave with the next flush.</summary>
    public IBufferWriter<byte> Output => _output;

    /// <summary>Sends what was written once it is worth a packet train. False when the peer is gone.</summary>
    public ValueTask<bool> FlushIfFullAsync() => _output.UnflushedBytes < FlushAtBytes ? ValueTask.FromResult(!_closed) : FlushAsync();

    /// <summary>Sends what was written. False when the peer is gone or does not take it in time.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        long bytes = _closed ? 0 : _output.UnflushedBytes;
        if (bytes == 0)
            return !_closed;
        try
        {
            ValueTask<FlushResult> flush = _output.FlushAsync(CancellationToken.None);
            if (!flush.IsCompleted)
            {
                _cutsOff = true;
                _deadline.Arm(_options.RateGrace + TimeSpan.FromSeconds(bytes / _options.MinBytesPerSecond));
            }
            _closed |= (await flush).IsCompleted;
        }
        catch (Exception fault) when (IsTransportFault(fault))
        {
            _closed = true;
        }
        finally
        {
            if (_cutsOff)
            {
                _deadline.Disarm();
                _cutsOff = false;
            }
        }
        return !_closed;
    }
}
