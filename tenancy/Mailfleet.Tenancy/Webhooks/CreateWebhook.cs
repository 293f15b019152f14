using System.Text;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Events;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Webhooks;

/// <param name="NodeId">Events at this node and below; the actor's own when null.</param>
/// <param name="Types">Of these types; of all when empty.</param>
public sealed record CreateWebhook(NodeId? NodeId, string Url, IReadOnlyList<string> Types);

/// <param name="Secret">What the receiver checks signatures with; shown once.</param>
public sealed record CreateWebhookResult(WebhookRow Webhook, string Secret);

public sealed class CreateWebhookHandler(TenantSessions sessions, SealingKeys keys, TenancyOptions options, TimeProvider clock)
{
    private const int MaxUrlLength = 2000;

    public async Task<Outcome<CreateWebhookResult>> HandleAsync(CreateWebhook command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = command.NodeId is { } node ? await FleetPlaces.FindAsync(session, node, cancellationToken) : actor.Place;
        if ((actor.FindRefusal(Right.ManageWebhooks, place, "nodeId", "node") ?? FindFault(command)) is { } refusal)
            return Outcome<CreateWebhookResult>.Refused(refusal);

        DateTimeOffset now = clock.GetUtcNow();
        var webhook = new WebhookRow(WebhookId.New(now), place!.Value.Node, place.Value, new Uri(command.Url).AbsoluteUri, [.. command.Types.Distinct()], Fault: null, now);
        string secret = WebhookSignature.NewSecret();
        WebhookTable.Insert(session, webhook, keys.Seal(Encoding.UTF8.GetBytes(secret), AssociatedData(webhook.Id)));
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.WebhookCreated, webhook.Id.Value, place.Value, After: new { webhook.Url, webhook.Types }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<CreateWebhookResult>.Accepted(new CreateWebhookResult(webhook, secret));
    }

    internal static byte[] AssociatedData(WebhookId id) => Encoding.UTF8.GetBytes($"tenancy.webhook/{id}");

    private Refusal? FindFault(CreateWebhook command)
    {
        if (command.Url.Length > MaxUrlLength || !Uri.TryCreate(command.Url, UriKind.Absolute, out Uri? url) || url.UserInfo.Length > 0)
            return new Refusal(ErrorCode.Invalid, "url", "This is not a URL like https://example.com/hooks, without a user name.");
        if (url.Scheme != Uri.UriSchemeHttps && !(options.WebhooksAllowPrivate && url.Scheme == Uri.UriSchemeHttp))
            return new Refusal(ErrorCode.Invalid, "url", "Events are sent by https alone.");
        return command.Types.FirstOrDefault(type => !EventTypes.All.Contains(type)) is { } strange
            ? new Refusal(ErrorCode.Invalid, "types", $"There is no event type '{(strange.Length > 40 ? strange[..40] : strange)}'. Known are: {string.Join(", ", EventTypes.All)}.")
            : null;
    }
}
