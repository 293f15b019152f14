namespace Mailfleet.Pop3;

/// <summary>Where TOP ends (RFC 1939 §7): after the header, the empty line and so many lines of the body. Fed with pieces of any size.</summary>
internal struct BodyCut(int bodyLines)
{
    private int _linesLeft = bodyLines;
    private bool _inBody;
    private bool _lineHasText;

    public bool IsReached { get; private set; }

    /// <summary>How much of the piece still belongs to it.</summary>
    public int Take(ReadOnlySpan<byte> piece)
    {
        int taken = 0;
        while (taken < piece.Length && !IsReached)
        {
            if (_inBody && _linesLeft == 0)
            {
                IsReached = true;
                break;
            }
            int end = piece[taken..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? piece[taken..] : piece.Slice(taken, end);
            _lineHasText |= line.ContainsAnyExcept((byte)'\r');
            if (end < 0)
                return piece.Length;
            taken += end + 1;
            if (_inBody)
                _linesLeft--;
            else if (!_lineHasText)
                _inBody = true;
            _lineHasText = false;
        }
        return taken;
    }
}
