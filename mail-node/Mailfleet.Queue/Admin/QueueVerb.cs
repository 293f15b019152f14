namespace Mailfleet.Queue.Admin;

/// <summary>What an operator can do with what waits.</summary>
public enum QueueVerb
{
    /// <summary>Keep it back.</summary>
    Hold,

    /// <summary>Let go what was held.</summary>
    Release,

    /// <summary>Try now.</summary>
    Retry,

    /// <summary>Give up and tell the sender.</summary>
    Bounce,

    /// <summary>Drop without a word.</summary>
    Delete,
}
