namespace Mailfleet.Delivery.Client;

/// <param name="Outcomes">One for each recipient of the message.</param>
/// <param name="IsLostBeforeMail">The connection went before the server had taken the sender, as one does that was kept too long: nothing was tried.</param>
internal sealed record TransactionResult(IReadOnlyList<RecipientOutcome> Outcomes, bool IsLostBeforeMail)
{
    public static TransactionResult All(OutboundMessage message, RecipientOutcome outcome) => new([.. message.Recipients.Select(_ => outcome)], IsLostBeforeMail: false);
}
