using System.Buffers;
using System.IO.Pipelines;

namespace Mailfleet.Wire;

public sealed partial class WireConnection
{
    // One block of the transport: enough to fill packets, little enough to hold for a client that pipelines without end.
    private const int FlushAtBytes = 16 * 1024;

    private volatile TaskCompletionSource? _hold;

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
            FlushResult result = await flush;
            _closed |= result.IsCompleted || result.IsCanceled;
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

    /// <summary>
    /// Holds the next reply back, up to two seconds longer than asked for: by the connection's deadline, so that it costs neither a timer nor a thread.
    /// Ends at once when the host drains or the log-in is revoked, and with the connection: false when that is gone.
    /// </summary>
    public async ValueTask<bool> HoldAsync(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero || _draining || _revoked)
            return !_closed;
        if (!await FlushAsync())
            return false;

        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = hold;
        _deadline.Arm(wait);
        if (_draining || _revoked)                      // it came in between
            hold.TrySetResult();
        using (_context.ConnectionClosed.UnsafeRegister(static hold => ((TaskCompletionSource)hold!).TrySetResult(), hold))
            await hold.Task;
        _deadline.Disarm();
        _hold = null;
        return !_context.ConnectionClosed.IsCancellationRequested;
    }
}
