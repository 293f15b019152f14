using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Entitlements;

internal sealed record LimitSetInput(string NodeId, PoolKind Kind, long? Limit, int? PromisedPercent);

internal sealed class LimitSetInputType : InputObjectGraphType<LimitSetInput>
{
    public LimitSetInputType()
    {
        Name = "LimitSetInput";
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("A reseller, a customer or a domain below the caller's place.");
        Field<NonNullGraphType<PoolKindType>>("kind");
        Field<LongGraphType>("limit").Description("When absent the node has no limit of its own; those above it still hold.");
        Field<IntGraphType>("promisedPercent")
            .Description("How much of the limit may be promised to limited nodes below, and of bytes to mailboxes: 100, the default, to 10000.");
    }
}

internal sealed class LimitSetPayloadType : PayloadType<Entitlement>
{
    public LimitSetPayloadType() : base("LimitSetPayload") => Field<EntitlementType>("entitlement").Resolve(context => context.Source.Value);
}

internal static class LimitSet
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        LimitSetInput input = context.GetArgument<LimitSetInput>("input");
        if (!NodeId.TryParse(input.NodeId, out NodeId node))
            return Payload<Entitlement>.Refused(new Refusal(ErrorCode.NotFound, "nodeId", "There is no such node."));

        Outcome<SetPoolLimit> outcome = await context.Service<SetPoolLimitHandler>().HandleAsync(
            new SetPoolLimit(node, input.Kind, input.Limit, input.PromisedPercent ?? 100), context.Actor(), context.CancellationToken);
        if (!outcome.IsAccepted)
            return Payload<Entitlement>.Refused(outcome.Refusals);
        IReadOnlyList<Entitlement>? all = await context.Service<FleetPools>().ReadAsync(context.Actor(), node, context.CancellationToken);
        return new Payload<Entitlement>(all?.Single(entitlement => entitlement.Kind == input.Kind), []);
    }
}
