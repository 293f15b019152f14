namespace Mailfleet.Smtp;

/// <summary>What RCPT declared beside the forward-path (RFC 3461 §4.1 and §4.2).</summary>
public sealed record RcptParameters
{
    public static RcptParameters None { get; } = new();

    /// <summary>NOTIFY=; null when the sender left it to us.</summary>
    public DsnNotify? Notify { get; init; }

    /// <summary>ORCPT=, as <c>type;address</c>, decoded; printable ASCII.</summary>
    public string? OriginalRecipient { get; init; }
}
