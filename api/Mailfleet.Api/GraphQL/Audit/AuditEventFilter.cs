using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Auditing;

namespace Mailfleet.Api.GraphQL.Audit;

internal sealed class AuditEventFilterType : InputObjectGraphType<AuditFilter>
{
    public AuditEventFilterType()
    {
        Name = "AuditEventFilter";
        Description = "Those given hold together.";
        Field<IdGraphType>("objectId").Description("What was changed.");
        Field<StringGraphType>("actor").Description("Log-in of whoever did it.");
        Field<AuditActionType>("action");
        Field<DateTimeType>("since").Description("At this moment or later.");
        Field<DateTimeType>("before").Description("Before this moment.");
    }

    public static QueryArgument Argument => new QueryArgument<AuditEventFilterType> { Name = "filter" };

    public static AuditFilter Read(IResolveFieldContext context) => context.GetArgument<AuditFilter?>("filter") ?? AuditFilter.None;
}
