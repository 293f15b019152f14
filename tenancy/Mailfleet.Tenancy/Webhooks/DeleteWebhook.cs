using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Webhooks;

public sealed record DeleteWebhook(WebhookId WebhookId);

public sealed class DeleteWebhookHandler(TenantSessions sessions, TimeProvider clock)
{
    public async Task<Outcome<WebhookRow>> HandleAsync(DeleteWebhook command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        WebhookRow? webhook = await WebhookTable.LockAsync(session, command.WebhookId, cancellationToken);
        if (actor.FindRefusal(Right.ManageWebhooks, webhook?.Path, "webhookId", "webhook") is { } refusal)
            return Outcome<WebhookRow>.Refused(refusal);

        WebhookTable.Delete(session, webhook!.Id);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.WebhookDeleted, webhook.Id.Value, webhook.Path, Before: new { webhook.Url, webhook.Types }), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<WebhookRow>.Accepted(webhook);
    }
}
