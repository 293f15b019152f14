namespace Mailfleet.Wire;

/// <summary>How a session came to its end; a label of metrics and a word in logs, so the list is short and fixed.</summary>
public enum SessionOutcome
{
    /// <summary>The peer went away, or was cut off for taking its replies too slowly.</summary>
    Left,

    /// <summary>The peer said goodbye.</summary>
    Quit,

    /// <summary>The peer did not send in time.</summary>
    TimedOut,

    /// <summary>The host is stopping.</summary>
    Drained,

    /// <summary>The session was ended for what the peer did: too many errors, a block whose end cannot be trusted.</summary>
    Dismissed,

    /// <summary>The account's password or state changed.</summary>
    Revoked,

    /// <summary>TLS did not come about.</summary>
    HandshakeFailed,

    /// <summary>Above a cap of connections.</summary>
    Refused,

    /// <summary>The address is banned, or connects too often.</summary>
    Banned,

    /// <summary>Something nobody expected.</summary>
    Faulted,
}
