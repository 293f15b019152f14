namespace Mailfleet.Store.Spooling;

/// <summary>Which files wait, oldest first, and what room is left. Room is taken before a byte is written, so that senders at one time cannot overfill it.</summary>
internal sealed class SpoolLedger(SpoolOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Waiting> _files = [];
    private long _reservedBytes;
    private long _waitingBytes;
    private long _messages;
    private int _asideFiles;

    /// <summary>How much may wait, and how long.</summary>
    public SpoolOptions Options { get; set; } = options;

    public bool TryReserve(long bytes)
    {
        lock (_gate)
        {
            if (!MayTake(bytes))
                return false;
            _reservedBytes += bytes;
            return true;
        }
    }

    public void Unreserve(long bytes)
    {
        lock (_gate)
            _reservedBytes -= bytes;
    }

    public bool HasRoomFor(long bytes)
    {
        lock (_gate)
            return MayTake(bytes);
    }

    public void Add(long file, int messages, long bytes, DateTimeOffset oldestAt)
    {
        lock (_gate)
        {
            _files.Add(file, new Waiting(messages, bytes, oldestAt));
            _waitingBytes += bytes;
            _messages += messages;
        }

        Tell();
    }

    public void Remove(long file)
    {
        lock (_gate)
        {
            if (_files.Remove(file, out Waiting? waiting))
            {
                _waitingBytes -= waiting.Bytes;
                _messages -= waiting.Messages;
            }
        }

        Tell();
    }

    public void SetAside(int files)
    {
        lock (_gate)
            _asideFiles = files;
        Tell();
    }

    /// <summary>The oldest files, together no longer than this, at least one when any waits.</summary>
    public IReadOnlyList<(long File, long Length)> TakeOldest(long maxBytes)
    {
        lock (_gate)
        {
            List<(long File, long Length)> taken = [];
            foreach ((long file, Waiting waiting) in _files)
            {
                maxBytes -= waiting.Bytes;
                if (taken.Count > 0 && maxBytes < 0)
                    break;
                taken.Add((file, waiting.Bytes));
            }

            return taken;
        }
    }

    public SpoolStatus Read()
    {
        lock (_gate)
            return new SpoolStatus(_messages, _waitingBytes, _files.Count == 0 ? null : _files.First().Value.OldestAt, _asideFiles);
    }

    private bool MayTake(long bytes) =>
        _reservedBytes + _waitingBytes + bytes <= Options.MaxBytes
        && (_files.Count == 0 || clock.GetUtcNow() - _files.First().Value.OldestAt < Options.MaxAge);

    private void Tell() => StoreMetrics.SpoolHolds(Read());

    private sealed record Waiting(int Messages, long Bytes, DateTimeOffset OldestAt);
}
