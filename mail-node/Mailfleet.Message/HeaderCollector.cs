using System.Buffers;

namespace Mailfleet.Message;

/// <summary>Collects the header off the front of a message that comes in pieces, up to a limit: a flood of header lines is not held.</summary>
public sealed class HeaderCollector(int maxBytes = HeaderCollector.DefaultMaxBytes)
{
    /// <summary>Real headers are 2 to 30 KB; a long list of recipients in To may be 200 KB.</summary>
    public const int DefaultMaxBytes = 512 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>The empty line has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The limit came first.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>What was collected: the header, with its empty line once it is complete.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Takes the part of the piece that belongs to the header and says how much that was; the rest is body.</summary>
    public int Take(ReadOnlySpan<byte> piece)
    {
        if (IsComplete || IsTooLarge)
            return 0;
        int before = _bytes.WrittenCount;
        int room = Math.Min(piece.Length, maxBytes - before);
        _bytes.Write(piece[..room]);
        int end = FindEnd(_bytes.WrittenSpan, Math.Max(0, before - 3));
        if (end < 0)
        {
            IsTooLarge = _bytes.WrittenCount == maxBytes;
            return room;
        }
        IsComplete = true;
        int taken = end - before;
        Cut(end);
        return taken;
    }

    // After the empty line; −1 when it has not come. A message that begins with it has no header at all.
    private static int FindEnd(ReadOnlySpan<byte> text, int from)
    {
        if (text.StartsWith("\r\n"u8))
            return 2;
        int empty = text[from..].IndexOf("\r\n\r\n"u8);
        return empty < 0 ? -1 : from + empty + 4;
    }

    private void Cut(int length)
    {
        if (length == _bytes.WrittenCount)
            return;
        byte[] header = _bytes.WrittenSpan[..length].ToArray();
        _bytes.ResetWrittenCount();
        _bytes.Write(header);
    }
}
