using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal sealed record CustomerHoldInput(string CustomerId, string Reason);

internal sealed class CustomerHoldInputType : InputObjectGraphType<CustomerHoldInput>
{
    public CustomerHoldInputType()
    {
        Name = "CustomerHoldInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<NonNullGraphType<StringGraphType>>("reason").Description("One line, kept in the audit.");
    }
}

internal sealed class CustomerHoldPayloadType() : CustomerPayloadType("CustomerHoldPayload");

internal static class CustomerHold
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        CustomerHoldInput input = context.GetArgument<CustomerHoldInput>("input");
        return CustomerPayload.ResolveAsync(
            context, input.CustomerId,
            customer => context.Service<HoldCustomerHandler>().HandleAsync(new HoldCustomer(customer, input.Reason), context.Actor(), context.CancellationToken));
    }
}
