using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal sealed record CustomerStageSetInput(string CustomerId, CustomerStage Stage, string Reason);

internal sealed class CustomerStageSetInputType : InputObjectGraphType<CustomerStageSetInput>
{
    public CustomerStageSetInputType()
    {
        Name = "CustomerStageSetInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<NonNullGraphType<CustomerStageType>>("stage").Description("Any but `PURGED`, which time alone brings.");
        Field<NonNullGraphType<StringGraphType>>("reason").Description("One line, kept in the audit.");
    }
}

internal sealed class CustomerStageSetPayloadType() : CustomerPayloadType("CustomerStageSetPayload");

internal static class CustomerStageSet
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        CustomerStageSetInput input = context.GetArgument<CustomerStageSetInput>("input");
        return CustomerPayload.ResolveAsync(
            context, input.CustomerId,
            customer => context.Service<SetCustomerStageHandler>().HandleAsync(new SetCustomerStage(customer, input.Stage, input.Reason), context.Actor(), context.CancellationToken));
    }
}
