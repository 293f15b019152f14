using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Directory.Snapshots;

/// <summary>
/// The snapshot of the cell's addresses on this node's disk, for RCPT while the database is away and for nothing else: no password is in it. It is
/// written whole, now and then while addresses change; it is read when it is needed, and let go when the database is back.
/// </summary>
internal sealed class AddressSnapshots(NpgsqlDataSource cell, string path, TimeSpan interval, TimeSpan maxAge, TimeProvider clock, ILogger log)
{
    // One that nothing has changed is written again all the same, so that its age says how long the database has been away.
    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1);

    private readonly SnapshotRows _rows = new(cell);
    private readonly Lock _gate = new();
    private AddressSnapshot? _loaded;
    private bool _isUnreadable;
    private DateTimeOffset? _triedAt;
    private volatile bool _hasChanged = true;

    /// <summary>Shortest time between two writings.</summary>
    public TimeSpan Interval { get; set; } = interval;

    /// <summary>Addresses have changed: the file is behind.</summary>
    public void Note() => _hasChanged = true;

    /// <summary>What the file holds; null when there is none, or it is damaged, or too old to be believed.</summary>
    public AddressSnapshot? Read()
    {
        lock (_gate)
        {
            try
            {
                if (_loaded is null && !_isUnreadable && File.Exists(path))
                {
                    _loaded = AddressSnapshot.TryLoad(path);
                    _isUnreadable = _loaded is null;
                    if (_isUnreadable)
                        log.SnapshotUnreadable(fault: null);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                _isUnreadable = true;       // said once, not at each address
                log.SnapshotUnreadable(fault);
            }

            return _loaded is { } loaded && clock.GetUtcNow() - loaded.TakenAt < maxAge ? loaded : null;
        }
    }

    /// <summary>Frees what <see cref="Read"/> holds in memory.</summary>
    public void Forget()
    {
        lock (_gate)
            (_loaded, _isUnreadable) = (null, false);
    }

    /// <summary>Writes the file when it is time to. Not to be called twice at once. A fault is logged; the old file stays.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_triedAt is { } last && now - last < (_hasChanged ? Interval : Refresh))
            return;
        _triedAt = now;
        _hasChanged = false;        // what changes from here on may be missing in it
        try
        {
            using SnapshotWriter file = new(path);
            long names = await _rows.WriteAsync(file, cancellationToken);
            file.Finish(now);
            Forget();
            log.SnapshotWritten(names);
        }
        catch (Exception fault) when (fault is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            _hasChanged = true;
            log.SnapshotFailed(fault);
        }
    }
}
