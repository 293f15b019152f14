using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Customers;

internal sealed record CustomerFilter(string? Name, string? NameStartsWith);

internal sealed class CustomerFilterType : InputObjectGraphType<CustomerFilter>
{
    public CustomerFilterType()
    {
        Name = "CustomerFilter";
        Field<StringGraphType>("name").Description("Exactly this name.");
        Field<StringGraphType>("nameStartsWith").Description("Names that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<CustomerFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) =>
        context.GetArgument<CustomerFilter?>("filter") is { } filter ? new TextFilter(filter.Name, filter.NameStartsWith) : TextFilter.None;
}
