using GraphQL.Types;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Tokens;

internal sealed class TokenType : ObjectGraphType<TokenRow>
{
    public TokenType()
    {
        Name = "Token";
        Description = "Lets a program ask this API, limited to a subtree, to rights, in time and by address. It never does more than its person may at that moment.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is TokenRow;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("How far it reaches: the reseller, customer or domain, and what is below.")
            .Resolve(context => context.Source.Node.Value);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RightType>>>>("rights").Resolve(context => context.Source.Rights.All);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("sources").Description("Networks it may be used from; empty means any.")
            .Resolve(context => context.Source.Sources.Select(source => source.ToString()));
        Field<IdGraphType>("personId").Description("Whose it is; null for those of the operator's own token.").Resolve(context => context.Source.Person?.Value);
        Field<StringGraphType>("reason").Description("Why somebody took a customer's place; null for an ordinary token.").Resolve(context => context.Source.Reason);
        Field<IdGraphType>("onBehalfOf").Description("The customer whose place is taken.").Resolve(context => context.Source.OnBehalfOf?.Value);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
        Field<NonNullGraphType<DateTimeType>>("expiresAt").Resolve(context => context.Source.ExpiresAt);
        Field<DateTimeType>("usedAt").Description("Last use, to the minute; null when it has never been used.").Resolve(context => context.Source.UsedAt);
    }
}

internal sealed class TokenEdgeType() : EdgeType<TokenType, TokenRow>("TokenEdge");

internal sealed class TokenConnectionType() : ConnectionType<TokenType, TokenEdgeType, TokenRow>("TokenConnection", row => row.Id.Value);
