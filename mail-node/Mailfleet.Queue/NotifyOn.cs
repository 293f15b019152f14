namespace Mailfleet.Queue;

/// <summary>When the sender wants to hear of a recipient (RFC 3461 §4.1). Numbers are those of the rows.</summary>
[Flags]
public enum NotifyOn
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,

    /// <summary>Where nothing was asked for.</summary>
    Default = Failure | Delay,
}
