using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Reading;

/// <summary>Segment files open for reading, at most so many that nobody uses at the moment; the longest unused goes first.</summary>
internal sealed class SegmentFiles : IDisposable
{
    // An open file keeps its disk space even after another node has removed it, so what is not used is closed soon.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(1);

    private readonly ISegmentDisk _disk;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    public SegmentFiles(ISegmentDisk disk, int capacity, TimeProvider clock)
    {
        _disk = disk;
        Capacity = capacity;
        _clock = clock;
        _sweep = clock.CreateTimer(_ => CloseIdle(), null, IdleLimit, IdleLimit);
    }

    /// <summary>How many stay open that nobody uses.</summary>
    public int Capacity { get; set; }

    /// <summary>Throws <see cref="FileNotFoundException"/> when the segment has no file.</summary>
    public Lease Acquire(long segment)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(segment, out Entry? entry))
            {
                // Opening under the lock: a local open takes microseconds, and two readers never open the same file twice.
                entry = new Entry(segment, _disk.Open(segment));
                _entries.Add(segment, entry);
                entry.Node = _byUse.AddLast(entry);
            }

            entry.Users++;
            entry.UsedAt = _clock.GetTimestamp();
            _byUse.Remove(entry.Node!);
            _byUse.AddLast(entry.Node!);
            Trim();
            return new Lease(this, entry);
        }
    }

    /// <summary>The next reader opens the file anew; those who read now keep theirs.</summary>
    public void Forget(long segment)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(segment, out Entry? entry))
                Drop(entry);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_gate)
        {
            foreach (Entry entry in _entries.Values.ToArray())
                Drop(entry);
        }
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            if (entry is { Users: 0, Node: null })
                entry.File.Dispose();
        }
    }

    private void CloseIdle()
    {
        lock (_gate)
        {
            foreach (Entry entry in _entries.Values.Where(entry => entry.Users == 0 && _clock.GetElapsedTime(entry.UsedAt) >= IdleLimit).ToArray())
                Drop(entry);
        }
    }

    private void Trim()
    {
        for (LinkedListNode<Entry>? node = _byUse.First; node is not null && _byUse.Count > Capacity;)
        {
            LinkedListNode<Entry>? next = node.Next;
            if (node.Value.Users == 0)
                Drop(node.Value);
            node = next;
        }
    }

    private void Drop(Entry entry)
    {
        _entries.Remove(entry.Segment);
        _byUse.Remove(entry.Node!);
        entry.Node = null;
        if (entry.Users == 0)
            entry.File.Dispose();
    }

    /// <summary>Use of an open file; the file stays open until it is disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly SegmentFiles _files;
        private Entry? _entry;

        internal Lease(SegmentFiles files, Entry entry) => (_files, _entry) = (files, entry);

        public ISegmentFile File => (_entry ?? throw new ObjectDisposedException(nameof(Lease))).File;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry)
                _files.Release(entry);
        }
    }

    internal sealed class Entry(long segment, ISegmentFile file)
    {
        public long Segment { get; } = segment;

        public ISegmentFile File { get; } = file;

        public int Users { get; set; }

        public long UsedAt { get; set; }

        /// <summary>Null when the cache has dropped the entry.</summary>
        public LinkedListNode<Entry>? Node { get; set; }
    }
}
