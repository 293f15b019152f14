using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Webhooks;

namespace Mailfleet.Api.GraphQL.Webhooks;

internal sealed record WebhookCreateInput(string? NodeId, string Url, string[]? Types);

internal sealed class WebhookCreateInputType : InputObjectGraphType<WebhookCreateInput>
{
    public WebhookCreateInputType()
    {
        Name = "WebhookCreateInput";
        Field<IdGraphType>("nodeId").Description("Events at this node and below; at the caller's own when absent.");
        Field<NonNullGraphType<StringGraphType>>("url").Description("https, at an address on the public Internet.");
        Field<ListGraphType<NonNullGraphType<StringGraphType>>>("types").Description("Of these types; all when absent.");
    }
}

internal sealed class WebhookCreatePayloadType : PayloadType<CreateWebhookResult>
{
    public WebhookCreatePayloadType() : base("WebhookCreatePayload")
    {
        Field<WebhookType>("webhook").Resolve(context => context.Source.Value?.Webhook);
        Field<StringGraphType>("secret").Description("To check signatures with, `whsec_…`. Shown once.").Resolve(context => context.Source.Value?.Secret);
    }
}

internal static class WebhookCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        WebhookCreateInput input = context.GetArgument<WebhookCreateInput>("input");
        NodeId node = default;
        if (input.NodeId is not null && !NodeId.TryParse(input.NodeId, out node))
            return Payload<CreateWebhookResult>.Refused(new Refusal(ErrorCode.NotFound, "nodeId", "There is no such node."));

        var command = new CreateWebhook(input.NodeId is null ? null : node, input.Url, input.Types ?? []);
        return Payload<CreateWebhookResult>.Of(await context.Service<CreateWebhookHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
