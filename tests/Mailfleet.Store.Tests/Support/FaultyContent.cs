namespace Mailfleet.Store.Tests.Support;

/// <summary>The bytes of a file as programs see them, and as a power cut would leave them.</summary>
internal sealed class FaultyContent
{
    private readonly List<(byte[] Bytes, long Position)> _dirty = [];
    private byte[] _durable = [];

    public byte[] Bytes { get; set; } = [];

    public bool IsNameDurable { get; set; }

    public void Apply(byte[] bytes, long position)
    {
        Bytes = Overlay(Bytes, bytes, position);
        _dirty.Add((bytes, position));
    }

    public void Sync()
    {
        _durable = Bytes;
        _dirty.Clear();
    }

    public void DropDirtyPages() => _dirty.Clear();

    /// <summary>Of each write that was not synced a random part is there, in no order: pages are written as the kernel likes.</summary>
    public FaultyContent AfterPowerCut(Random random)
    {
        byte[] found = _durable;
        foreach ((byte[] bytes, long position) in _dirty)
        {
            int start = random.Next(bytes.Length + 1);
            int end = random.Next(start, bytes.Length + 1);
            found = Overlay(found, bytes[start..end], position + start);
        }

        return new FaultyContent { Bytes = found, _durable = found, IsNameDurable = true };
    }

    private static byte[] Overlay(byte[] under, byte[] over, long position)
    {
        byte[] result = new byte[Math.Max(under.Length, position + over.Length)];
        under.CopyTo(result, 0);
        over.CopyTo(result, position);
        return result;
    }
}
