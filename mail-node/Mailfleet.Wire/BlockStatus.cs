namespace Mailfleet.Wire;

/// <summary>How far a block of content has come.</summary>
public enum BlockStatus
{
    Incomplete,

    /// <summary>The block is complete.</summary>
    Complete,

    /// <summary>A bare CR or LF: where the block ends cannot be trusted (SMTP smuggling), so the connection has to close.</summary>
    BadLineEnd,

    /// <summary>Who takes the content wants no more of it; the rest of the block has not been read.</summary>
    Refused,

    /// <summary>The peer is gone before the end.</summary>
    Closed,

    /// <summary>The peer sent too slowly, or not at all.</summary>
    Expired,

    /// <summary>What the peer was allowed has ended.</summary>
    Revoked,
}
