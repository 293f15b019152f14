using GraphQL.Types;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed class PersonType : ObjectGraphType<PersonRow>
{
    public PersonType()
    {
        Name = "Person";
        Description = "Somebody who logs in to run things here.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is PersonRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("login").Resolve(context => context.Source.Login);
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<RoleType>>("role").Resolve(context => context.Source.Role);
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("The reseller, customer or domain at which the role is held.")
            .Resolve(context => context.Source.Node.Value);
        Field<NonNullGraphType<BooleanGraphType>>("hasPassword").Description("False for somebody invited who has not chosen one yet.")
            .Resolve(context => context.Source.HasPassword);
        Field<NonNullGraphType<BooleanGraphType>>("hasSecondFactor").Description("A log-in needs a code beside the password.")
            .Resolve(context => context.Source.HasSecondFactor);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
    }
}

internal sealed class PersonEdgeType() : EdgeType<PersonType, PersonRow>("PersonEdge");

internal sealed class PersonConnectionType() : ConnectionType<PersonType, PersonEdgeType, PersonRow>("PersonConnection", row => row.Id.Value);
