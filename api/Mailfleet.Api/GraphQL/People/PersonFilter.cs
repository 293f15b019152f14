using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record PersonFilter(string? Login, string? LoginStartsWith);

internal sealed class PersonFilterType : InputObjectGraphType<PersonFilter>
{
    public PersonFilterType()
    {
        Name = "PersonFilter";
        Field<StringGraphType>("login").Description("Exactly this log-in.");
        Field<StringGraphType>("loginStartsWith").Description("Log-ins that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<PersonFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) => context.GetArgument<PersonFilter?>("filter") is { } filter
        ? new TextFilter(filter.Login?.ToLowerInvariant(), filter.LoginStartsWith?.ToLowerInvariant())
        : TextFilter.None;
}
