namespace Mailfleet.Wire;

/// <summary>What became of a command line.</summary>
public enum LineStatus
{
    /// <summary>A line that ended in CRLF.</summary>
    Line,

    /// <summary>More bytes are needed; only parsers say so, readers wait.</summary>
    Incomplete,

    /// <summary>A bare LF ended it, or a bare CR stands in it (RFC 5321 §2.3.8).</summary>
    BadLineEnd,

    /// <summary>Longer than the limit; it was skipped whole.</summary>
    TooLong,

    /// <summary>The peer is gone, or has ended its side in the middle of a line.</summary>
    Closed,

    /// <summary>The deadline passed.</summary>
    Expired,

    /// <summary>The host is stopping and no complete line waits.</summary>
    Draining,

    /// <summary>What the peer was allowed has ended.</summary>
    Revoked,
}
