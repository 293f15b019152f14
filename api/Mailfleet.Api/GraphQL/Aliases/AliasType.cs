using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Provisioning;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

internal sealed class AliasType : ObjectGraphType<AliasRow>
{
    public AliasType()
    {
        Name = "Alias";
        Description = "An address that leads to others.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is AliasRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("address").Description("`*@domain` for a catch-all.").Resolve(context => context.Source.Address);
        Field<NonNullGraphType<AliasKindType>>("kind").Resolve(context => AliasKindType.Of(context.Source));
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("targets")
            .Description("Where its mail goes. The alias's own address among them keeps a copy; `*@domain` is the same local part there.")
            .Resolve(context => context.Source.Targets);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
        Field<NonNullGraphType<ProvisioningType>>("provisioning").Resolve(context => context.Source.Provisioning);
        Field<NonNullGraphType<DomainType>>("domain")
            .Resolve(context => context.ResolveRow(context.Service<FleetLists>().Domains, context.Source.Domain));
    }
}

internal sealed class AliasEdgeType() : EdgeType<AliasType, AliasRow>("AliasEdge");

internal sealed class AliasConnectionType() : ConnectionType<AliasType, AliasEdgeType, AliasRow>("AliasConnection", row => row.Id.Value);
