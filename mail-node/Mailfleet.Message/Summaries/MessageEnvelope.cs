namespace Mailfleet.Message.Summaries;

/// <summary>What lists show of a message's header (RFC 3501 §7.4.2, RFC 8621 §4.1.2.3), decoded. Long values are cut.</summary>
public sealed record MessageEnvelope
{
    public static readonly MessageEnvelope Empty = new();

    /// <summary>The Date field as it is written.</summary>
    public string? Date { get; init; }

    /// <summary>The Date field understood.</summary>
    public DateTimeOffset? SentAt { get; init; }

    public string? Subject { get; init; }

    public IReadOnlyList<EnvelopeAddress> From { get; init; } = [];

    public IReadOnlyList<EnvelopeAddress> Sender { get; init; } = [];

    public IReadOnlyList<EnvelopeAddress> ReplyTo { get; init; } = [];

    public IReadOnlyList<EnvelopeAddress> To { get; init; } = [];

    public IReadOnlyList<EnvelopeAddress> Cc { get; init; } = [];

    public IReadOnlyList<EnvelopeAddress> Bcc { get; init; } = [];

    /// <summary>Without angle brackets, as the next two.</summary>
    public string? MessageId { get; init; }

    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Something did not fit: who needs all of it reads the header.</summary>
    public bool IsCut { get; init; }
}
