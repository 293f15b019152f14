namespace Mailfleet.Wire;

/// <summary>
/// Dot-unstuffing of RFC 5321 §4.5.2 over pieces of any size. Only CRLF.CRLF ends the block, at its start .CRLF; a bare CR or LF is a fault. Nothing is
/// carried over between pieces: a leading dot is never content, and a CR that turns out to be bare spoils the whole block.
/// </summary>
public struct DotDecoder
{
    private enum At
    {
        LineStart,
        AfterDot,
        AfterDotCr,
        Text,
        AfterCr,
    }

    private At _at;

    /// <summary>Reads up to the next removed dot, the end of the block or of the input, whichever comes first.</summary>
    public DotStep Decode(ReadOnlySpan<byte> input)
    {
        int i = 0;
        if (_at == At.LineStart && i < input.Length && input[i] == '.')
        {
            _at = At.AfterDot;
            i++;
        }
        if (_at == At.AfterDot && i < input.Length)
        {
            if (input[i] == '\r')
            {
                _at = At.AfterDotCr;
                i++;
            }
            else
            {
                _at = At.Text;                          // the dot was stuffing, whatever follows it
            }
        }
        if (_at == At.AfterDotCr && i < input.Length)
            return new DotStep(i + 1, i, 0, input[i] == '\n' ? BlockStatus.Complete : BlockStatus.BadLineEnd);
        return i == input.Length ? new DotStep(i, i, 0, BlockStatus.Incomplete) : DecodeText(input, i);
    }

    private DotStep DecodeText(ReadOnlySpan<byte> input, int start)
    {
        int i = start;
        while (i < input.Length)
        {
            if (_at == At.AfterCr)
            {
                if (input[i] != '\n')
                    return new DotStep(i, start, 0, BlockStatus.BadLineEnd);
                _at = At.LineStart;
                i++;
                continue;
            }
            if (_at == At.LineStart && input[i] == '.')
                break;
            _at = At.Text;
            int end = input[i..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                i = input.Length;
                break;
            }
            i += end;
            if (input[i] == '\n')
                return new DotStep(i, start, 0, BlockStatus.BadLineEnd);
            _at = At.AfterCr;
            i++;
        }
        return new DotStep(i, start, i - start, BlockStatus.Incomplete);
    }
}
