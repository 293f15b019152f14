using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Webhooks;

/// <summary>One event on its way to one webhook.</summary>
/// <param name="NextAt">When it is tried next; null once it is over.</param>
/// <param name="Status">Of the last answer; null when there was none.</param>
/// <param name="Fault">What went wrong last.</param>
public sealed record DeliveryRow(
    DeliveryId Id, WebhookId Webhook, EventId Event, string Type, int Attempts, DateTimeOffset? NextAt, DateTimeOffset? DeliveredAt, int? Status, string? Fault,
    DateTimeOffset CreatedAt);
