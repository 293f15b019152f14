using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Webhooks;

/// <param name="Node">Events at this node and below are sent.</param>
/// <param name="Types">Of these types; of all when empty.</param>
/// <param name="Fault">Why nothing is sent any longer; null while it is.</param>
public sealed record WebhookRow(
    WebhookId Id, NodeId Node, SubtreePath Path, string Url, IReadOnlyList<string> Types, string? Fault, DateTimeOffset CreatedAt);
