namespace Mailfleet.Delivery;

/// <summary>What became of one recipient, and what the trace says of it.</summary>
/// <param name="Host">Name and address of the server that answered; null when none did.</param>
/// <param name="Tls">Version of TLS on the way; null without.</param>
/// <param name="ReportsItself">The server has taken over reporting success to the sender (RFC 3461 §5.2.1).</param>
public sealed record RecipientOutcome(SendStatus Status, DeliveryReply Reply, string? Host = null, string? Tls = null, bool ReportsItself = false);
