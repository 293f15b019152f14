using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Webhooks;

namespace Mailfleet.Api.GraphQL.Webhooks;

internal sealed record WebhookRedeliverInput(string DeliveryId);

internal sealed class WebhookRedeliverInputType : InputObjectGraphType<WebhookRedeliverInput>
{
    public WebhookRedeliverInputType()
    {
        Name = "WebhookRedeliverInput";
        Field<NonNullGraphType<IdGraphType>>("deliveryId");
    }
}

internal sealed class WebhookRedeliverPayloadType : PayloadType<DeliveryRow>
{
    public WebhookRedeliverPayloadType() : base("WebhookRedeliverPayload") => Field<DeliveryType>("delivery").Resolve(context => context.Source.Value);
}

internal static class WebhookRedeliver
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) =>
        DeliveryId.TryParse(context.GetArgument<WebhookRedeliverInput>("input").DeliveryId, out DeliveryId id)
            ? Payload<DeliveryRow>.Of(await context.Service<RedeliverWebhookHandler>().HandleAsync(new RedeliverWebhook(id), context.Actor(), context.CancellationToken))
            : Payload<DeliveryRow>.Refused(new Refusal(ErrorCode.NotFound, "deliveryId", "There is no such delivery."));
}
