using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Webhooks;

namespace Mailfleet.Api.GraphQL.Webhooks;

internal sealed class DeliveryType : ObjectGraphType<DeliveryRow>
{
    public DeliveryType()
    {
        Name = "WebhookDelivery";
        Description = "One event on its way to one webhook.";
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<IdGraphType>>("eventId").Resolve(context => context.Source.Event.Value);
        Field<NonNullGraphType<StringGraphType>>("type").Resolve(context => context.Source.Type);
        Field<NonNullGraphType<IntGraphType>>("attempts").Resolve(context => context.Source.Attempts);
        Field<DateTimeType>("nextAt").Description("When it is tried next; null once it is over.").Resolve(context => context.Source.NextAt);
        Field<DateTimeType>("deliveredAt").Resolve(context => context.Source.DeliveredAt);
        Field<IntGraphType>("status").Description("Of the last answer; null when there was none.").Resolve(context => context.Source.Status);
        Field<StringGraphType>("fault").Description("What went wrong last.").Resolve(context => context.Source.Fault);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
    }
}

internal sealed class WebhookType : ObjectGraphType<WebhookRow>
{
    public WebhookType()
    {
        Name = "Webhook";
        Description = "An address that events are sent to in the Standard Webhooks format, at least once each.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is WebhookRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("Events at this node and below are sent.").Resolve(context => context.Source.Node.Value);
        Field<NonNullGraphType<StringGraphType>>("url").Resolve(context => context.Source.Url);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("types").Description("Empty: all.").Resolve(context => context.Source.Types);
        Field<StringGraphType>("fault").Description("Why nothing is sent any longer.").Resolve(context => context.Source.Fault);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<DeliveryType>>>>("deliveries").Description("Newest first; kept for 30 days.")
            .Argument<IntGraphType>("first", argument => argument.Description = $"1 to {ConnectionArguments.MaxLimit}; {ConnectionArguments.DefaultLimit} when absent.")
            .Argument<IdGraphType>("below", argument => argument.Description = "Only those older than this delivery.")
            .ResolveAsync(ReadDeliveriesAsync);
    }

    private static async Task<object?> ReadDeliveriesAsync(IResolveFieldContext<WebhookRow> context)
    {
        int first = context.GetArgument<int?>("first") ?? ConnectionArguments.DefaultLimit;
        if (first is < 1 or > ConnectionArguments.MaxLimit)
            throw BadInput.Error($"first has to be between 1 and {ConnectionArguments.MaxLimit}.");
        DeliveryId? below = null;
        if (context.GetArgument<string?>("below") is { } text)
            below = DeliveryId.TryParse(text, out DeliveryId id) ? id : throw BadInput.Error("below is not the id of a delivery.");
        return await context.Service<WebhookTable>().ReadDeliveriesAsync(context.Source.Id, below, first, context.CancellationToken);
    }
}

internal sealed class WebhookEdgeType() : EdgeType<WebhookType, WebhookRow>("WebhookEdge");

internal sealed class WebhookConnectionType() : ConnectionType<WebhookType, WebhookEdgeType, WebhookRow>("WebhookConnection", row => row.Id.Value);
