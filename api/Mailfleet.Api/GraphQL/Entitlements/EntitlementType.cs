using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Entitlements;

internal sealed class EntitlementType : ObjectGraphType<Entitlement>
{
    public EntitlementType()
    {
        Name = "Entitlement";
        Description = "What a node may hold of one kind at and below it.";
        Field<NonNullGraphType<PoolKindType>>("kind").Resolve(context => context.Source.Kind);
        Field<LongGraphType>("limit").Description("The node's own; null when it has none.").Resolve(context => context.Source.Limit);
        Field<IntGraphType>("promisedPercent").Description("How much of the own limit may be promised; above 100 is over-commitment.")
            .Resolve(context => context.Source.PromisedPercent);
        Field<LongGraphType>("used").Description("Counted where there is an own limit.").Resolve(context => context.Source.Used);
        Field<LongGraphType>("effectiveLimit").Description("The least of the limits of the node and all above it; null when nothing limits it.")
            .Resolve(context => context.Source.EffectiveLimit);
        Field<LongGraphType>("left").Description("What still fits into every pool from here up; null when nothing limits it.").Resolve(context => context.Source.Left);
    }
}

internal static class EntitlementFields
{
    public static QueryArgument Argument => new QueryArgument<NonNullGraphType<IdGraphType>>
    {
        Name = "nodeId",
        Description = "A reseller, a customer or a domain.",
    };

    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Forbidden.ThrowUnless(context.Actor(), Right.ReadLimits);
        return NodeId.TryParse(context.GetArgument<string>("nodeId"), out NodeId node)
            ? await context.Service<FleetPools>().ReadAsync(context.Actor(), node, context.CancellationToken)
            : null;
    }
}
