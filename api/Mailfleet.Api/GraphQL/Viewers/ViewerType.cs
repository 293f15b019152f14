using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy;

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
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RightType>>>>("rights").Description("What the caller may do in the subtree it stands at.")
            .Resolve(context => context.Source.Rights.All);
    }
}
