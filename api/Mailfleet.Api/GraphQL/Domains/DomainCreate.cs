using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Domains;

internal sealed record DomainCreateInput(string CustomerId, string Name);

internal sealed class DomainCreateInputType : InputObjectGraphType<DomainCreateInput>
{
    public DomainCreateInputType()
    {
        Name = "DomainCreateInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<NonNullGraphType<StringGraphType>>("name").Description("In Unicode or A-labels.");
    }
}

internal sealed class DomainCreatePayloadType : PayloadType<DomainRow>
{
    public DomainCreatePayloadType() : base("DomainCreatePayload") => Field<DomainType>("domain").Resolve(context => context.Source.Value);
}

internal static class DomainCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context) => await RunAsync(context, context.GetArgument<DomainCreateInput>("input"));

    public static async Task<Payload<DomainRow>> RunAsync(IResolveFieldContext context, DomainCreateInput input)
    {
        if (!CustomerId.TryParse(input.CustomerId, out CustomerId customer))
            return Payload<DomainRow>.Refused(new Refusal(ErrorCode.NotFound, "customerId", "There is no such customer."));

        Outcome<Domain> outcome = await context.Service<CreateDomainHandler>()
            .HandleAsync(new CreateDomain(customer, input.Name), context.Actor(), context.CancellationToken);
        return outcome.Value is { } domain
            ? Payload<DomainRow>.Accepted((await context.Service<FleetLists>().Domains.FindAsync(context.Actor(), domain.Id, context.CancellationToken))!)
            : Payload<DomainRow>.Refused(outcome.Refusals);
    }
}
