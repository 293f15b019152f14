using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy;

namespace Mailfleet.Api.GraphQL.Viewers;

internal sealed class ViewerType : ObjectGraphType<Actor>
{
    public ViewerType()
    {
        Name = "Viewer";
        Description = "Who asks.";
        Field<NonNullGraphType<StringGraphType>>("login").Resolve(context => context.Source.Login);
        Field<NonNullGraphType<StringGraphType>>("role").Description("`OPERATOR` for the operator's token.")
            .Resolve(context => context.Source.Role.ToString().ToUpperInvariant());
    }
}
