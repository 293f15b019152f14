using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Webhooks;

namespace Mailfleet.Api.GraphQL.Webhooks;

internal sealed record WebhookDeleteInput(string WebhookId);

internal sealed class WebhookDeleteInputType : InputObjectGraphType<WebhookDeleteInput>
{
    public WebhookDeleteInputType()
    {
        Name = "WebhookDeleteInput";
        Field<NonNullGraphType<IdGraphType>>("webhookId");
    }
}

internal sealed class WebhookDeletePayloadType : PayloadType<WebhookRow>
{
    public WebhookDeletePayloadType() : base("WebhookDeletePayload") =>
        Field<IdGraphType>("deletedWebhookId").Resolve(context => context.Source.Value?.Id.Value);
}

internal static class WebhookDelete
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) =>
        WebhookId.TryParse(context.GetArgument<WebhookDeleteInput>("input").WebhookId, out WebhookId id)
            ? Payload<WebhookRow>.Of(await context.Service<DeleteWebhookHandler>().HandleAsync(new DeleteWebhook(id), context.Actor(), context.CancellationToken))
            : Payload<WebhookRow>.Refused(new Refusal(ErrorCode.NotFound, "webhookId", "There is no such webhook."));
}
