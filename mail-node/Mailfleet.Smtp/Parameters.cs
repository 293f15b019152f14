namespace Mailfleet.Smtp;

/// <summary>What MAIL declared beside the reverse-path (RFC 1870, RFC 6152, RFC 6531, RFC 3461 §4.3 and §4.4).</summary>
public sealed record MailParameters
{
    public static MailParameters None { get; } = new();

    /// <summary>SIZE=, in octets.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>BODY=8BITMIME.</summary>
    public bool Is8Bit { get; init; }

    public bool SmtpUtf8 { get; init; }

    /// <summary>RET=; null when the sender left it to us.</summary>
    public DsnReturn? Return { get; init; }

    /// <summary>ENVID=, decoded; printable ASCII.</summary>
    public string? EnvelopeId { get; init; }
}

/// <summary>What RCPT declared beside the forward-path (RFC 3461 §4.1 and §4.2).</summary>
public sealed record RcptParameters
{
    public static RcptParameters None { get; } = new();

    /// <summary>NOTIFY=; null when the sender left it to us.</summary>
    public DsnNotify? Notify { get; init; }

    /// <summary>ORCPT=, as <c>type;address</c>, decoded; printable ASCII.</summary>
    public string? OriginalRecipient { get; init; }
}

/// <summary>How much of the message a failure report returns.</summary>
public enum DsnReturn
{
    Headers,
    Full,
}

/// <summary>When the sender wants to hear of a recipient; nothing set means never.</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
