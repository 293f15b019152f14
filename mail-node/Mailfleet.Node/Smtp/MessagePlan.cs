using Mailfleet.Message;
using Mailfleet.Queue;
using Mailfleet.Store;

namespace Mailfleet.Node.Smtp;

/// <summary>Where a message goes once it has come.</summary>
/// <param name="Queued">What leaves the cell; null when nothing does.</param>
/// <param name="Forward">The one address here that sends it on; null when none or several do.</param>
internal sealed record MessagePlan(IReadOnlyList<DeliveryTarget> Targets, QueuedMessage? Queued, MailAddress? Forward);
