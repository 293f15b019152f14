using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Aliases;

internal sealed record AliasFilter(string? Address, string? AddressStartsWith);

internal sealed class AliasFilterType : InputObjectGraphType<AliasFilter>
{
    public AliasFilterType()
    {
        Name = "AliasFilter";
        Field<StringGraphType>("address").Description("Exactly this address; its domain in Unicode or A-labels.");
        Field<StringGraphType>("addressStartsWith").Description("Addresses that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<AliasFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) => context.GetArgument<AliasFilter?>("filter") is { } filter
        ? new TextFilter(filter.Address is null ? null : MailboxFilterType.Canonical(filter.Address), filter.AddressStartsWith?.ToLowerInvariant())
        : TextFilter.None;
}
