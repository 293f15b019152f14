namespace Mailfleet.Directory;

/// <summary>Whether mail for a customer is taken.</summary>
public enum Reception
{
    Open,

    /// <summary>Not now: senders try again.</summary>
    Deferred,

    /// <summary>Not any more.</summary>
    Refused,
}
