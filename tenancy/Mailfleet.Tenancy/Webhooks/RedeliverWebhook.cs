using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Webhooks;

/// <summary>Sends one event once more, with the same id and as often as it takes. A webhook that had been stopped sends again.</summary>
public sealed record RedeliverWebhook(DeliveryId DeliveryId);

public sealed class RedeliverWebhookHandler(TenantSessions sessions, TimeProvider clock)
{
    public async Task<Outcome<DeliveryRow>> HandleAsync(RedeliverWebhook command, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        DeliveryRow? delivery = await WebhookTable.FindDeliveryAsync(session, command.DeliveryId, cancellationToken);
        WebhookRow? webhook = delivery is null ? null : await WebhookTable.LockAsync(session, delivery.Webhook, cancellationToken);
        if (actor.FindRefusal(Right.ManageWebhooks, webhook?.Path, "deliveryId", "delivery") is { } refusal)
            return Outcome<DeliveryRow>.Refused(refusal);

        WebhookTable.Redeliver(session, delivery!, now);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.WebhookRedelivered, delivery!.Id.Value, webhook!.Path), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<DeliveryRow>.Accepted(delivery with { Attempts = 0, NextAt = now, DeliveredAt = null });
    }
}
