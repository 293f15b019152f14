namespace Mailfleet.Delivery;

/// <param name="Outcomes">One for each recipient of the message, in their order.</param>
public sealed record SendResult(IReadOnlyList<RecipientOutcome> Outcomes, DestinationHealth Health)
{
    internal static SendResult All(OutboundMessage message, RecipientOutcome outcome, DestinationHealth health) =>
        new([.. message.Recipients.Select(_ => outcome)], health);
}
