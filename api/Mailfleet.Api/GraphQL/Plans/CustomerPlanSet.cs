using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Customers;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Plans;

internal sealed record CustomerPlanSetInput(string CustomerId, string? PlanId, PlanTerms? Pinned);

internal sealed class CustomerPlanSetInputType : InputObjectGraphType<CustomerPlanSetInput>
{
    public CustomerPlanSetInputType()
    {
        Name = "CustomerPlanSetInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<IdGraphType>("planId").Description("When absent the plan stays.");
        Field<PlanTermsInputType>("pinned").Description("All that stands above the plan from now on; when absent, what is pinned stays, whatever the plan.");
    }
}

/// <param name="Terms">What the customer gets now.</param>
internal sealed record PlannedCustomerRow(CustomerRow Customer, PlanTerms Terms);

internal sealed class CustomerPlanSetPayloadType : PayloadType<PlannedCustomerRow>
{
    public CustomerPlanSetPayloadType() : base("CustomerPlanSetPayload")
    {
        Field<CustomerType>("customer").Resolve(context => context.Source.Value?.Customer);
        Field<PlanTermsType>("terms").Description("What the customer gets now: pinned, then by its plan, then by default.").Resolve(context => context.Source.Value?.Terms);
    }
}

internal static class CustomerPlanSet
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        CustomerPlanSetInput input = context.GetArgument<CustomerPlanSetInput>("input");
        if (!CustomerId.TryParse(input.CustomerId, out CustomerId customer))
            return Payload<PlannedCustomerRow>.Refused(new Refusal(ErrorCode.NotFound, "customerId", "There is no such customer."));
        PlanId plan = default;
        if (input.PlanId is not null && !PlanId.TryParse(input.PlanId, out plan))
            return Payload<PlannedCustomerRow>.Refused(new Refusal(ErrorCode.NotFound, "planId", "There is no such plan for this customer."));

        Outcome<SetCustomerPlanResult> outcome = await context.Service<SetCustomerPlanHandler>().HandleAsync(
            new SetCustomerPlan(customer, input.PlanId is null ? null : plan, input.Pinned), context.Actor(), context.CancellationToken);
        return outcome.Value is { } set && await context.Service<FleetLists>().Customers.FindAsync(context.Actor(), customer, context.CancellationToken) is { } row
            ? Payload<PlannedCustomerRow>.Accepted(new PlannedCustomerRow(row, set.Terms))
            : new Payload<PlannedCustomerRow>(null, outcome.Refusals);
    }
}
