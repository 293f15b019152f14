using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Domains;
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
        Field<NonNullGraphType<DomainConnectionType>>("domains").Arguments(ConnectionArguments.Sorted(DomainFilterType.Argument))
            .Resolve(context => context.ResolvePageOf(context.Service<FleetLists>().Domains, context.Source.Id, DomainFilterType.Read(context)));
    }
}

internal sealed class CustomerEdgeType() : EdgeType<CustomerType, CustomerRow>("CustomerEdge");

internal sealed class CustomerConnectionType() : ConnectionType<CustomerType, CustomerEdgeType, CustomerRow>("CustomerConnection", row => row.Id.Value);
