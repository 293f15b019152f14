using GraphQL.Types;
using Mailfleet.Tenancy.Domains.Checks;

namespace Mailfleet.Api.GraphQL.Domains;

internal sealed class DnsVerdictType : EnumerationGraphType<DnsVerdict>
{
    public DnsVerdictType()
    {
        Name = "DnsVerdict";
        Description = "`UNKNOWN`: no resolver answered.";
    }
}

internal sealed class DnsRecordType : ObjectGraphType<DnsRecordCheck>
{
    public DnsRecordType()
    {
        Name = "DnsRecord";
        Description = "One record of a domain: what is wanted, what there is, and what that means.";
        Field<NonNullGraphType<StringGraphType>>("purpose").Description("`PROOF`, `MX`, `SPF` or `DMARC`; others may come.").Resolve(context => context.Source.Purpose);
        Field<NonNullGraphType<StringGraphType>>("type").Resolve(context => context.Source.Type);
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<StringGraphType>>("wanted").Resolve(context => context.Source.Wanted);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("found").Resolve(context => context.Source.Found);
        Field<NonNullGraphType<DnsVerdictType>>("verdict").Resolve(context => context.Source.Verdict);
        Field<NonNullGraphType<StringGraphType>>("why").Description("An English sentence that says what to do.").Resolve(context => context.Source.Why);
    }
}

internal sealed class DomainDnsType : ObjectGraphType<DomainCheckRow>
{
    public DomainDnsType()
    {
        Name = "DomainDns";
        Description = "What the DNS of a domain showed when it was looked at last.";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<DnsRecordType>>>>("records").Resolve(context => context.Source.Records);
        Field<NonNullGraphType<StringGraphType>>("zone").Description("All that is wanted, as lines of a BIND zone file.").Resolve(context => context.Source.Zone);
        Field<NonNullGraphType<DateTimeType>>("checkedAt").Resolve(context => context.Source.CheckedAt);
        Field<DateTimeType>("adriftSince").Description("Its mail has gone elsewhere since; after seven days the domain is not local any more.")
            .Resolve(context => context.Source.AdriftSince);
    }
}
