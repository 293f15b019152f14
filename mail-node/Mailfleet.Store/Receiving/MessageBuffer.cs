using System.Buffers;

namespace Mailfleet.Store.Receiving;

/// <summary>Bytes of one message in pooled arrays. The owner is the <see cref="IncomingMessage"/>, which returns them when it is disposed.</summary>
internal sealed class MessageBuffer : IDisposable
{
    // Most mail fits the first array; what does not is large enough for the second size.
    private const int FirstLength = 16 << 10;
    private const int NextLength = 64 << 10;

    private readonly List<byte[]> _arrays = [];
    private int _used;

    public long Length { get; private set; }

    /// <summary>What is held, in order; valid until more is appended.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces => _arrays.Select((array, index) => new ReadOnlyMemory<byte>(array, 0, index == _arrays.Count - 1 ? _used : array.Length));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_arrays.Count == 0 || _used == _arrays[^1].Length)
            {
                _arrays.Add(ArrayPool<byte>.Shared.Rent(_arrays.Count == 0 ? FirstLength : NextLength));
                _used = 0;
            }

            int count = Math.Min(bytes.Length, _arrays[^1].Length - _used);
            bytes[..count].CopyTo(_arrays[^1].AsSpan(_used));
            _used += count;
            bytes = bytes[count..];
        }
    }

    public void Clear()
    {
        foreach (byte[] array in _arrays)
            ArrayPool<byte>.Shared.Return(array);
        _arrays.Clear();
        _used = 0;
        Length = 0;
    }

    public void Dispose() => Clear();
}
