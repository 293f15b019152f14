using Mailfleet.Cell;

namespace Mailfleet.Store;

/// <param name="Refused">The targets that caused a refusal.</param>
/// <param name="Messages">Where the message went, in the order of the targets. Without those that were gone again before an unclear commit was found to have happened.</param>
public sealed record DeliveryResult(DeliveryStatus Status, IReadOnlyList<MailboxKey> Refused, IReadOnlyList<StoredMessage> Messages)
{
    internal static readonly DeliveryResult Spooled = new(DeliveryStatus.Spooled, [], []);
    internal static readonly DeliveryResult Failed = new(DeliveryStatus.Failed, [], []);

    internal static DeliveryResult Stored(IReadOnlyList<StoredMessage> messages) => new(DeliveryStatus.Stored, [], messages);
}
