using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Plans;

internal sealed record PlanChangeInput(string PlanId, PlanTerms Terms);

internal sealed class PlanChangeInputType : InputObjectGraphType<PlanChangeInput>
{
    public PlanChangeInputType()
    {
        Name = "PlanChangeInput";
        Field<NonNullGraphType<IdGraphType>>("planId");
        Field<NonNullGraphType<PlanTermsInputType>>("terms").Description("All of the plan's own terms, in place of the old ones.");
    }
}

internal sealed class PlanChangePayloadType : PayloadType<PlanRow>
{
    public PlanChangePayloadType() : base("PlanChangePayload") => Field<PlanType>("plan").Resolve(context => context.Source.Value);
}

internal static class PlanChange
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PlanChangeInput input = context.GetArgument<PlanChangeInput>("input");
        return PlanId.TryParse(input.PlanId, out PlanId plan)
            ? Payload<PlanRow>.Of(await context.Service<ChangePlanHandler>().HandleAsync(new ChangePlan(plan, input.Terms), context.Actor(), context.CancellationToken))
            : Payload<PlanRow>.Refused(new Refusal(ErrorCode.NotFound, "planId", "There is no such plan."));
    }
}
