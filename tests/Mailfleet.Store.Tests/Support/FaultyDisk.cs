using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Tests.Support;

/// <summary>
/// A disk in memory that behaves like a bad day: it can lose power at any operation and then forgets what was not synced, tearing what was under
/// way; it can fail a single write or sync, dropping the dirty pages as the kernel does; and it can return too few bytes once.
/// </summary>
internal sealed class FaultyDisk : ISegmentDisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, FaultyContent> _files = [];
    private int _operations;

    /// <summary>Power goes at this operation, counted from 1; 0 never.</summary>
    public int PowerCutAt { get; set; }

    public bool IsPowerLost { get; private set; }

    public bool FailNextWrite { get; set; }

    public bool FailNextSync { get; set; }

    public bool ShortenNextRead { get; set; }

    /// <summary>Syncs wait for it when set.</summary>
    public ManualResetEventSlim? SyncGate { get; set; }

    public int Syncs { get; private set; }

    public ISegmentFile Create(long segment)
    {
        lock (_gate)
        {
            if (!_files.TryAdd(segment, new FaultyContent()))
                throw new IOException("The file exists.");
            Step();
            return new OpenFile(this, segment);
        }
    }

    public void SyncNames()
    {
        lock (_gate)
        {
            Step();
            foreach (FaultyContent file in _files.Values)
                file.IsNameDurable = true;
        }
    }

    public ISegmentFile Open(long segment)
    {
        lock (_gate)
            return _files.ContainsKey(segment) ? new OpenFile(this, segment) : throw new FileNotFoundException($"{segment:x16}");
    }

    public void Delete(long segment)
    {
        lock (_gate)
        {
            Step();
            _files.Remove(segment);
        }
    }

    public IReadOnlyDictionary<long, long> List()
    {
        lock (_gate)
            return _files.ToDictionary(file => file.Key, file => (long)file.Value.Bytes.Length);
    }

    /// <summary>The disk as it is found after the power has come back.</summary>
    public FaultyDisk AfterPowerCut(Random random)
    {
        lock (_gate)
        {
            FaultyDisk found = new();
            foreach ((long segment, FaultyContent file) in _files)
            {
                if (file.IsNameDurable || random.Next(2) == 0)
                    found._files.Add(segment, file.AfterPowerCut(random));
            }

            return found;
        }
    }

    public void Damage(long segment, long position)
    {
        lock (_gate)
            _files[segment].Bytes[position] ^= 1;
    }

    public void Cut(long segment, long length)
    {
        lock (_gate)
            _files[segment].Bytes = _files[segment].Bytes[..(int)length];
    }

    private void Step()
    {
        if (!IsPowerLost && ++_operations == PowerCutAt)
            IsPowerLost = true;
        if (IsPowerLost)
            throw new IOException("Power is lost.");
    }

    private void Write(long segment, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position)
    {
        lock (_gate)
        {
            byte[] bytes = [.. pieces.SelectMany(piece => piece.ToArray())];
            bool isFirstMoment = !IsPowerLost;
            try
            {
                Step();
            }
            catch (IOException) when (isFirstMoment)
            {
                _files[segment].Apply(bytes, position);
                throw;
            }

            if (FailNextWrite)
            {
                FailNextWrite = false;
                _files[segment].Apply(bytes[..(bytes.Length / 2)], position);
                throw new IOException("Input/output error.");
            }

            _files[segment].Apply(bytes, position);
        }
    }

    private void Sync(long segment)
    {
        SyncGate?.Wait();
        lock (_gate)
        {
            Step();
            if (FailNextSync)
            {
                FailNextSync = false;
                _files[segment].DropDirtyPages();
                throw new IOException("Input/output error.");
            }

            _files[segment].Sync();
            Syncs++;
        }
    }

    private int Read(long segment, Span<byte> buffer, long position)
    {
        lock (_gate)
        {
            byte[] bytes = _files.TryGetValue(segment, out FaultyContent? file) ? file.Bytes : [];
            int count = (int)Math.Clamp(bytes.Length - position, 0, buffer.Length);
            if (ShortenNextRead)
            {
                ShortenNextRead = false;
                count /= 2;
            }

            bytes.AsSpan((int)Math.Min(position, bytes.Length), count).CopyTo(buffer);
            return count;
        }
    }

    private sealed class OpenFile(FaultyDisk disk, long segment) : ISegmentFile
    {
        private bool _isClosed;

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            disk.Write(segment, pieces, position);
        }

        public void Sync()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            disk.Sync(segment);
        }

        public int Read(Span<byte> buffer, long position)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return disk.Read(segment, buffer, position);
        }

        public void Dispose() => _isClosed = true;
    }
}
