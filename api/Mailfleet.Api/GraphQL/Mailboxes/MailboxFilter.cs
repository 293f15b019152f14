using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Mailboxes;

internal sealed record MailboxFilter(string? Address, string? AddressStartsWith);

internal sealed class MailboxFilterType : InputObjectGraphType<MailboxFilter>
{
    public MailboxFilterType()
    {
        Name = "MailboxFilter";
        Field<StringGraphType>("address").Description("Exactly this address; its domain in Unicode or A-labels.");
        Field<StringGraphType>("addressStartsWith").Description("Addresses that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<MailboxFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) => context.GetArgument<MailboxFilter?>("filter") is { } filter
        ? new TextFilter(filter.Address is null ? null : Canonical(filter.Address), filter.AddressStartsWith?.ToLowerInvariant())
        : TextFilter.None;

    internal static string Canonical(string address)
    {
        string lower = address.Trim().ToLowerInvariant();
        int at = lower.LastIndexOf('@');
        return at > 0 && DomainName.TryParse(lower[(at + 1)..], out DomainName domain, out _) ? $"{lower[..at]}@{domain}" : lower;
    }
}
