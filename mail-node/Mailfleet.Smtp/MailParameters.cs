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
