using Mailfleet.Message;

namespace Mailfleet.Delivery.Reports;

/// <summary>What a report to a sender says.</summary>
public sealed record DeliveryReport
{
    public required ReportAction Action { get; init; }

    /// <summary>The host that reports.</summary>
    public required string HostName { get; init; }

    public required MailAddress To { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When it is given up; for delays.</summary>
    public DateTimeOffset? GivenUpAt { get; init; }

    public string? EnvelopeId { get; init; }

    /// <summary><c>en</c> or <c>zh</c>.</summary>
    public string Language { get; init; } = "en";

    public required IReadOnlyList<ReportedRecipient> Recipients { get; init; }

    /// <summary>The message's header, or all of it when the sender asked for it and it is small.</summary>
    public required ReadOnlyMemory<byte> Original { get; init; }

    public bool IsOriginalWhole { get; init; }
}
