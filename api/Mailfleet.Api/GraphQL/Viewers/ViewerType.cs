using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.People;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Api.GraphQL.Tokens;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Viewers;

internal sealed class ViewerType : ObjectGraphType<Actor>
{
    public ViewerType()
    {
        Name = "Viewer";
        Description = "Who asks.";
        Field<NonNullGraphType<StringGraphType>>("login").Resolve(context => context.Source.Login);
        Field<NonNullGraphType<StringGraphType>>("role").Description("A name of `Role`; `OPERATOR` for the operator's token.")
            .Resolve(context => context.Source.Role.ToString().ToConstantCase());
        Field<NonNullGraphType<IdGraphType>>("nodeId").Description("The reseller, customer or domain at which the caller stands.")
            .Resolve(context => context.Source.Place.Node.Value);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RightType>>>>("rights").Description("What the caller may do there and below.")
            .Resolve(context => context.Source.Rights.All);
        Field<IdGraphType>("onBehalfOf").Description("The customer whose place the caller has taken.").Resolve(context => context.Source.OnBehalfOf);
        Field<IdGraphType>("personId").Description("Null for the operator's own token.").Resolve(context => context.Source.Person?.Value);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<SessionType>>>>("sessions").Description("Where the caller is logged in, newest first; empty for a token.")
            .ResolveAsync(async context => context.Source is { Token: null, Person: { } person }
                ? await context.Service<FleetPeople>().SessionsOfAsync(person, context.Service<TimeProvider>().GetUtcNow(), context.CancellationToken)
                : []);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TokenType>>>>("tokens").Description("The caller's own tokens, oldest first; empty for a token.")
            .ResolveAsync(async context => context.Source is { Token: null, Person: { } person }
                ? await context.Service<FleetTokens>().OfAsync(person, context.CancellationToken)
                : []);
    }
}
