using System.Buffers;

namespace Mailfleet.Wire;

/// <summary>Cuts command lines out of a buffer. No I/O, no state but the caller's.</summary>
public static class LineParser
{
    /// <summary>Takes one line off the front of the buffer.</summary>
    /// <param name="limit">Octets of a line, its CRLF included. What is longer is dropped as it comes, so it is never held.</param>
    /// <param name="skipping">Whether the rest of an overlong line is being dropped; the caller keeps it between calls.</param>
    /// <param name="line">The line without its end; only with <see cref="LineStatus.Line"/>.</param>
    public static LineStatus TryTake(ref ReadOnlySequence<byte> buffer, int limit, ref bool skipping, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.PositionOf((byte)'\n') is not { } lineFeed)
        {
            if (skipping || buffer.Length >= limit)
            {
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }
            return LineStatus.Incomplete;
        }
        ReadOnlySequence<byte> whole = buffer.Slice(0, buffer.GetPosition(1, lineFeed));
        buffer = buffer.Slice(whole.End);
        if (skipping || whole.Length > limit)
        {
            skipping = false;
            return LineStatus.TooLong;
        }
        // The first CR must be the one right before the LF.
        if (whole.PositionOf((byte)'\r') is not { } carriageReturn || whole.Slice(carriageReturn).Length != 2)
            return LineStatus.BadLineEnd;
        line = whole.Slice(0, carriageReturn);
        return LineStatus.Line;
    }
}
