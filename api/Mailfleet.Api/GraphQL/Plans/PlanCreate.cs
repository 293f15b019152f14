using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Plans;

internal sealed record PlanCreateInput(string Name, string? NodeId, string? ParentId, PlanTerms Terms);

internal sealed class PlanCreateInputType : InputObjectGraphType<PlanCreateInput>
{
    public PlanCreateInputType()
    {
        Name = "PlanCreateInput";
        Field<NonNullGraphType<StringGraphType>>("name");
        Field<IdGraphType>("nodeId").Description("The reseller whose plan it is; the caller's own node when absent.");
        Field<IdGraphType>("parentId").Description("The plan that says what this one leaves open.");
        Field<NonNullGraphType<PlanTermsInputType>>("terms");
    }
}

internal sealed class PlanCreatePayloadType : PayloadType<PlanRow>
{
    public PlanCreatePayloadType() : base("PlanCreatePayload") => Field<PlanType>("plan").Resolve(context => context.Source.Value);
}

internal static class PlanCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        PlanCreateInput input = context.GetArgument<PlanCreateInput>("input");
        ResellerId node = default;
        if (input.NodeId is not null && !ResellerId.TryParse(input.NodeId, out node))
            return Payload<PlanRow>.Refused(new Refusal(ErrorCode.NotFound, "nodeId", "There is no such reseller."));
        PlanId parent = default;
        if (input.ParentId is not null && !PlanId.TryParse(input.ParentId, out parent))
            return Payload<PlanRow>.Refused(new Refusal(ErrorCode.NotFound, "parentId", "There is no such plan."));
        var command = new CreatePlan(input.Name, input.NodeId is null ? null : node, input.ParentId is null ? null : parent, input.Terms);
        return Payload<PlanRow>.Of(await context.Service<CreatePlanHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
