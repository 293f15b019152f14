using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Aliases;
using Mailfleet.Api.GraphQL.Customers;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Api.GraphQL.Provisioning;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains.Checks;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Domains;

internal sealed class DomainType : ObjectGraphType<DomainRow>
{
    public DomainType()
    {
        Name = "Domain";
        Interface<NodeInterface>();
        IsTypeOf = value => value is DomainRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("name").Description("Lower-case A-labels (RFC 5890).").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<CustomerType>>("customer")
            .Resolve(context => context.ResolveRow(context.Service<FleetLists>().Customers, context.Source.Customer));
        Field<NonNullGraphType<ProvisioningType>>("provisioning").Resolve(context => context.Source.Provisioning);
        Field<DomainDnsType>("dns").Description("Null until it has been looked at, and for names below the host's own.")
            .Resolve(context => context.Request().Loaders
                .For<DomainId, DomainCheckRow>("dns", context.Service<DomainCheckTable>().FindAsync).Load(context.Source.Id));
        Field<NonNullGraphType<MailboxConnectionType>>("mailboxes").Arguments(ConnectionArguments.Sorted(MailboxFilterType.Argument))
            .Resolve(context => context.ResolvePageOf(context.Service<FleetLists>().Mailboxes, context.Source.Id, MailboxFilterType.Read(context)));
        Field<NonNullGraphType<AliasConnectionType>>("aliases").Arguments(ConnectionArguments.Sorted(AliasFilterType.Argument))
            .Resolve(context => context.ResolvePageOf(context.Service<FleetLists>().Aliases, context.Source.Id, AliasFilterType.Read(context)));
    }
}

internal sealed class DomainEdgeType() : EdgeType<DomainType, DomainRow>("DomainEdge");

internal sealed class DomainConnectionType() : ConnectionType<DomainType, DomainEdgeType, DomainRow>("DomainConnection", row => row.Id.Value);
