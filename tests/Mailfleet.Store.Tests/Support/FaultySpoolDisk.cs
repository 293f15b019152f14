using Mailfleet.Store.Segments;
using Mailfleet.Store.Spooling;

namespace Mailfleet.Store.Tests.Support;

/// <summary>The spool's disk in memory: it can lose power at any operation, and then forgets writes and names that were not synced; or fail one operation.</summary>
internal sealed class FaultySpoolDisk : ISpoolDisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(long File, SpoolState State), FaultyContent> _files = [];
    private Dictionary<(long File, SpoolState State), FaultyContent> _durableNames = [];
    private int _operations;

    /// <summary>Power goes at this operation, counted from 1; 0 never.</summary>
    public int PowerCutAt { get; set; }

    public bool IsPowerLost { get; private set; }

    /// <summary>This operation, counted from 1, fails once; 0 none.</summary>
    public int FailAt { get; set; }

    public int Operations
    {
        get
        {
            lock (_gate)
                return _operations;
        }
    }

    public ISegmentFile Create(long file)
    {
        lock (_gate)
        {
            Step();
            FaultyContent content = new();
            return _files.TryAdd((file, SpoolState.Unfinished), content) ? new OpenFile(this, content) : throw new IOException("The file exists.");
        }
    }

    public void Move(long file, SpoolState from, SpoolState to)
    {
        lock (_gate)
        {
            Step();
            if (!_files.Remove((file, from), out FaultyContent? content))
                throw new FileNotFoundException($"{file:x16}");
            _files.Add((file, to), content);
        }
    }

    public void SyncNames()
    {
        lock (_gate)
        {
            Step();
            _durableNames = new(_files);
        }
    }

    public ISegmentFile Open(long file, SpoolState state)
    {
        lock (_gate)
            return _files.TryGetValue((file, state), out FaultyContent? content) ? new OpenFile(this, content) : throw new FileNotFoundException($"{file:x16}");
    }

    public void Delete(long file, SpoolState state)
    {
        lock (_gate)
        {
            Step();
            _files.Remove((file, state));
        }
    }

    public IReadOnlyList<(long File, long Length)> List(SpoolState state)
    {
        lock (_gate)
            return [.. _files.Where(file => file.Key.State == state).Select(file => (file.Key.File, (long)file.Value.Bytes.Length)).Order()];
    }

    public byte[] BytesOf(long file, SpoolState state)
    {
        lock (_gate)
            return _files[(file, state)].Bytes;
    }

    public void Damage(long file, long position)
    {
        lock (_gate)
            _files[(file, SpoolState.Waiting)].Bytes[position] ^= 1;
    }

    /// <summary>The disk as it is found after the power has come back: of names that were not synced, each file has the old or the new one.</summary>
    public FaultySpoolDisk AfterPowerCut(Random random)
    {
        lock (_gate)
        {
            FaultySpoolDisk found = new();
            foreach (long file in _files.Keys.Concat(_durableNames.Keys).Select(name => name.File).Distinct().Order())
            {
                foreach ((var name, FaultyContent content) in (random.Next(2) == 0 ? _files : _durableNames).Where(name => name.Key.File == file))
                    found._files.Add(name, content.AfterPowerCut(random));
            }

            found._durableNames = new(found._files);
            return found;
        }
    }

    private void Step()
    {
        if (!IsPowerLost && ++_operations == PowerCutAt)
            IsPowerLost = true;
        if (IsPowerLost)
            throw new IOException("Power is lost.");
        if (_operations == FailAt)
            throw new IOException("Input/output error.");
    }

    private sealed class OpenFile(FaultySpoolDisk disk, FaultyContent content) : ISegmentFile
    {
        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position)
        {
            byte[] bytes = [.. pieces.SelectMany(piece => piece.ToArray())];
            lock (disk._gate)
            {
                bool isFirstMoment = !disk.IsPowerLost;
                try
                {
                    disk.Step();
                }
                catch (IOException) when (isFirstMoment)
                {
                    content.Apply(disk.IsPowerLost ? bytes : bytes[..(bytes.Length / 2)], position);
                    throw;
                }

                content.Apply(bytes, position);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step();
                }
                catch (IOException) when (!disk.IsPowerLost)
                {
                    content.DropDirtyPages();
                    throw;
                }

                content.Sync();
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            lock (disk._gate)
            {
                int count = (int)Math.Clamp(content.Bytes.Length - position, 0, buffer.Length);
                content.Bytes.AsSpan((int)Math.Min(position, content.Bytes.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
