using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Plans;

internal sealed class PlanType : ObjectGraphType<PlanRow>
{
    public PlanType()
    {
        Name = "Plan";
        Description = "What customers of a reseller and of those below it can be given.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is PlanRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("The reseller whose plan it is.").Resolve(context => context.Source.Node.Value);
        Field<IdGraphType>("parentId").Description("The plan it inherits from.").Resolve(context => context.Source.Parent?.Value);
        Field<NonNullGraphType<PlanTermsType>>("terms").Description("Its own, without what it inherits.").Resolve(context => context.Source.Terms);
    }
}

internal sealed class PlanEdgeType() : EdgeType<PlanType, PlanRow>("PlanEdge");

internal sealed class PlanConnectionType() : ConnectionType<PlanType, PlanEdgeType, PlanRow>("PlanConnection", row => row.Id.Value);

internal sealed record PlanFilter(string? Name, string? NameStartsWith);

internal sealed class PlanFilterType : InputObjectGraphType<PlanFilter>
{
    public PlanFilterType()
    {
        Name = "PlanFilter";
        Field<StringGraphType>("name").Description("Exactly this name.");
        Field<StringGraphType>("nameStartsWith").Description("Names that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<PlanFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) =>
        context.GetArgument<PlanFilter?>("filter") is { } filter ? new TextFilter(filter.Name, filter.NameStartsWith) : TextFilter.None;
}
