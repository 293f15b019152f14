using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Customers;

internal sealed record CustomerCreateInput(string Name, string? ParentId);

internal sealed class CustomerCreateInputType : InputObjectGraphType<CustomerCreateInput>
{
    public CustomerCreateInputType()
    {
        Name = "CustomerCreateInput";
        Field<NonNullGraphType<StringGraphType>>("name");
        Field<IdGraphType>("parentId").Description("The reseller it hangs under; the caller's own node when absent.");
    }
}

internal sealed class CustomerCreatePayloadType : PayloadType<CustomerRow>
{
    public CustomerCreatePayloadType() : base("CustomerCreatePayload") =>
        Field<CustomerType>("customer").Resolve(context => context.Source.Value);
}

internal static class CustomerCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        CustomerCreateInput input = context.GetArgument<CustomerCreateInput>("input");
        ResellerId parent = default;
        if (input.ParentId is not null && !ResellerId.TryParse(input.ParentId, out parent))
            return Payload<CustomerRow>.Refused(new Refusal(ErrorCode.NotFound, "parentId", "There is no such reseller."));

        var command = new CreateCustomer(input.Name, input.ParentId is null ? null : parent);
        Outcome<Customer> outcome = await context.Service<CreateCustomerHandler>().HandleAsync(command, context.Actor(), context.CancellationToken);
        return outcome.Value is { } customer
            ? Payload<CustomerRow>.Accepted((await context.Service<FleetLists>().Customers.FindAsync(context.Actor(), customer.Id, context.CancellationToken))!)
            : Payload<CustomerRow>.Refused(outcome.Refusals);
    }
}
