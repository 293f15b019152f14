using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Domains;

internal sealed record DomainFilter(string? Name, string? NameStartsWith);

internal sealed class DomainFilterType : InputObjectGraphType<DomainFilter>
{
    public DomainFilterType()
    {
        Name = "DomainFilter";
        Field<StringGraphType>("name").Description("Exactly this name, in Unicode or A-labels.");
        Field<StringGraphType>("nameStartsWith").Description("Names whose A-labels begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<DomainFilterType> { Name = "filter" };

    // A text that is no domain name is no domain's name: it finds nothing.
    public static TextFilter Read(IResolveFieldContext context) => context.GetArgument<DomainFilter?>("filter") is { } filter
        ? new TextFilter(
            DomainName.TryParse(filter.Name, out DomainName name, out _) ? name.Value : filter.Name, filter.NameStartsWith?.ToLowerInvariant())
        : TextFilter.None;
}
