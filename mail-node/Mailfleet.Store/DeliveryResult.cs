using Mailfleet.Cell;

namespace Mailfleet.Store;

/// <param name="Refused">The targets that caused a refusal.</param>
public sealed record DeliveryResult(DeliveryStatus Status, IReadOnlyList<MailboxKey> Refused)
{
    internal static readonly DeliveryResult Stored = new(DeliveryStatus.Stored, []);
    internal static readonly DeliveryResult Spooled = new(DeliveryStatus.Spooled, []);
    internal static readonly DeliveryResult Failed = new(DeliveryStatus.Failed, []);
}
