using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Lifecycle;
using Mailfleet.Api.GraphQL.Plans;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Customers;

internal sealed class CustomerType : ObjectGraphType<CustomerRow>
{
    public CustomerType()
    {
        Name = "Customer";
        Description = "A company, school or office that brings its domains.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is CustomerRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<CustomerStageType>>("stage").Resolve(context => context.Source.Stage);
        Field<DateTimeType>("stageUntil").Description("When the stage ends by itself; null for never.").Resolve(context => context.Source.StageUntil);
        Field<NonNullGraphType<BooleanGraphType>>("isHeld").Description("Time changes nothing until the hold is released.").Resolve(context => context.Source.IsHeld);
        Field<IdGraphType>("planId").Resolve(context => context.Source.Plan?.Value);
        Field<NonNullGraphType<PlanTermsType>>("pinnedTerms").Description("What stands above the plan.").Resolve(context => context.Source.Pinned);
        Field<NonNullGraphType<DomainConnectionType>>("domains").Arguments(ConnectionArguments.Sorted(DomainFilterType.Argument))
            .Resolve(context => context.ResolvePageOf(context.Service<FleetLists>().Domains, context.Source.Id, DomainFilterType.Read(context)));
    }
}

internal sealed class CustomerEdgeType() : EdgeType<CustomerType, CustomerRow>("CustomerEdge");

internal sealed class CustomerConnectionType() : ConnectionType<CustomerType, CustomerEdgeType, CustomerRow>("CustomerConnection", row => row.Id.Value);
