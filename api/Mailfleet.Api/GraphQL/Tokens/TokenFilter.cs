using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Tokens;

internal sealed record TokenFilter(string? Name, string? NameStartsWith);

internal sealed class TokenFilterType : InputObjectGraphType<TokenFilter>
{
    public TokenFilterType()
    {
        Name = "TokenFilter";
        Field<StringGraphType>("name").Description("Exactly this name.");
        Field<StringGraphType>("nameStartsWith").Description("Names that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<TokenFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) =>
        context.GetArgument<TokenFilter?>("filter") is { } filter ? new TextFilter(filter.Name, filter.NameStartsWith) : TextFilter.None;
}
