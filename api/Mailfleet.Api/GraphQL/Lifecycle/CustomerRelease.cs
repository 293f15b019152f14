using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal sealed record CustomerReleaseInput(string CustomerId);

internal sealed class CustomerReleaseInputType : InputObjectGraphType<CustomerReleaseInput>
{
    public CustomerReleaseInputType()
    {
        Name = "CustomerReleaseInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
    }
}

internal sealed class CustomerReleasePayloadType() : CustomerPayloadType("CustomerReleasePayload");

internal static class CustomerRelease
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        CustomerReleaseInput input = context.GetArgument<CustomerReleaseInput>("input");
        return CustomerPayload.ResolveAsync(
            context, input.CustomerId,
            customer => context.Service<ReleaseCustomerHandler>().HandleAsync(new ReleaseCustomer(customer), context.Actor(), context.CancellationToken));
    }
}
