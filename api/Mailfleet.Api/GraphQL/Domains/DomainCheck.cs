using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains.Checks;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Domains;

internal sealed record DomainCheckInput(string DomainId);

internal sealed class DomainCheckInputType : InputObjectGraphType<DomainCheckInput>
{
    public DomainCheckInputType()
    {
        Name = "DomainCheckInput";
        Field<NonNullGraphType<IdGraphType>>("domainId");
    }
}

internal sealed class DomainCheckPayloadType : PayloadType<DomainRow>
{
    public DomainCheckPayloadType() : base("DomainCheckPayload") => Field<DomainType>("domain").Resolve(context => context.Source.Value);
}

internal static class DomainCheck
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) =>
        DomainId.TryParse(context.GetArgument<DomainCheckInput>("input").DomainId, out DomainId id)
            ? Payload<DomainRow>.Of(await context.Service<CheckDomainHandler>().HandleAsync(new CheckDomain(id), context.Actor(), context.CancellationToken))
            : Payload<DomainRow>.Refused(new Refusal(ErrorCode.NotFound, "domainId", "There is no such domain."));
}
