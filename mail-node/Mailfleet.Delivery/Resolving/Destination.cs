namespace Mailfleet.Delivery.Resolving;

/// <summary>Where a domain's mail goes, or why it cannot go.</summary>
/// <param name="Servers">In the order in which they are to be tried; empty when there is a fault.</param>
/// <param name="Fault">Permanent or not, as its status says.</param>
public sealed record Destination(IReadOnlyList<MailServer> Servers, DeliveryReply? Fault)
{
    internal static Destination Unreachable(string status, string text) => new([], DeliveryReply.Local(status, text));
}
