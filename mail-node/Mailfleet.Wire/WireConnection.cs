using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace Mailfleet.Wire;

/// <summary>
/// A connection of a line protocol: reads lines and content with limits and deadlines, writes replies that leave together, and turns to TLS in place.
/// One caller at a time; only <see cref="Drain"/> and <see cref="Revoke"/> may come from elsewhere. A peer that is gone is never an exception, always a status.
/// </summary>
public sealed partial class WireConnection : IAsyncDisposable
{
    private readonly ConnectionContext _context;
    private readonly WireOptions _options;
    private readonly DeadlineSweep _sweep;
    private readonly Deadline _deadline;
    private readonly long _startedAtSeconds;
    private PipeReader _input;
    private PipeWriter _output;
    private SslStream? _tls;
    private bool _closed;
    private volatile bool _expired;
    private volatile bool _draining;
    private volatile bool _revoked;
    private volatile bool _cutsOff;

    public WireConnection(ConnectionContext context, WireOptions options, DeadlineSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(sweep);
        _context = context;
        _options = options;
        _sweep = sweep;
        _startedAtSeconds = sweep.NowSeconds;
        _input = context.Transport.Input;
        _output = context.Transport.Output;
        _deadline = sweep.Add(OnExpired);
        Remote = context.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        Local = context.LocalEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        IsTrusted = options.IsTrusted(Remote.Address.IsIPv4MappedToIPv6 ? Remote.Address.MapToIPv4() : Remote.Address);
    }

    public IPEndPoint Remote { get; }

    public IPEndPoint Local { get; }

    public bool IsTrusted { get; }

    /// <summary>Names the session in logs and in Received fields; tells nothing about the machine.</summary>
    public string SessionId { get; } = System.Security.Cryptography.RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>What happened so far; read at the end.</summary>
    public SessionTally Tally { get; } = new();

    /// <summary>Seconds since the connection came.</summary>
    public long AgeSeconds => _sweep.NowSeconds - _startedAtSeconds;

    /// <summary>Whether the peer is gone or was cut off.</summary>
    public bool IsClosed => _closed;

    /// <summary>Cancelled when the connection is gone; for work done on its behalf.</summary>
    public CancellationToken Aborted => _context.ConnectionClosed;

    /// <summary>The host is stopping: the next wait for a command ends at once.</summary>
    public void Drain()
    {
        _draining = true;
        _input.CancelPendingRead();
        _hold?.TrySetResult();
    }

    /// <summary>Whether what the peer was allowed has ended.</summary>
    public bool IsRevoked => _revoked;

    /// <summary>
    /// What the peer was allowed has ended: whatever it sends next is not read, content on its way in ends, a reply that it takes slowly is cut off.
    /// </summary>
    public void Revoke()
    {
        _revoked = true;
        _input.CancelPendingRead();
        _hold?.TrySetResult();
        if (_cutsOff)
            _context.Abort(new ConnectionAbortedException("The log-in has ended."));
    }

    /// <summary>Cuts the connection off, so that the peer sees it did not end well.</summary>
    public void Abort(string reason)
    {
        _closed = true;
        _context.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Sends what is left and closes. A peer that does not take it is cut off by the same deadline as ever.</summary>
    public async ValueTask DisposeAsync()
    {
        await FlushAsync();
        ReturnLine();
        DropInput();                                    // unread bytes would turn the close into a reset and lose our last reply
        _cutsOff = true;
        _deadline.Arm(_options.RateGrace);
        if (_tls is not null)
            await EndTlsAsync(_tls);
        await _context.Transport.Output.CompleteAsync();
        await _context.Transport.Input.CompleteAsync();
        await _context.DisposeAsync();                  // the transport's own end: returns when the last byte is sent or the connection is cut
        _deadline.Dispose();
    }

    // A wait for input ends with a status; anything else can only be cut off.
    private void OnExpired()
    {
        _expired = true;
        if (_hold is { } hold)
        {
            hold.TrySetResult();
            return;
        }

        if (_cutsOff)
            _context.Abort(new ConnectionAbortedException("The peer is too slow."));
        else
            _input.CancelPendingRead();
    }

    // Cut, reset, ended in mid-record, or closed by our own deadline: for a session all of them are the end.
    private static bool IsTransportFault(Exception fault) => fault is IOException or OperationCanceledException or ObjectDisposedException;
}
