namespace Mailfleet.Wire;

/// <summary>Whether content that comes in pieces has CRLF line ends only (RFC 5321 §2.3.8).</summary>
public struct LineEndChecker
{
    private bool _afterCr;
    private bool _inLine;

    /// <summary>All lines so far ended, none is left open.</summary>
    public readonly bool IsAtLineStart => !_inLine && !_afterCr;

    /// <summary>The last byte was a CR that nothing has followed yet.</summary>
    public readonly bool IsAfterCr => _afterCr;

    /// <summary>False once a bare CR or LF has been seen; a CR at the very end of a piece is judged with the next one.</summary>
    public bool Check(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_afterCr)
            {
                if (piece[0] != '\n')
                    return false;
                _afterCr = _inLine = false;
                piece = piece[1..];
                continue;
            }
            int end = piece.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                _inLine = true;
                return true;
            }
            if (piece[end] == '\n')
                return false;
            _inLine |= end > 0;
            _afterCr = true;
            piece = piece[(end + 1)..];
        }
        return true;
    }
}
