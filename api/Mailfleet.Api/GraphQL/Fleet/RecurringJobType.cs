using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Fleet;

internal sealed class RecurringJobType : ObjectGraphType<JobStatus>
{
    public RecurringJobType()
    {
        Name = "RecurringJob";
        Description = "Work that recurs by itself.";
        Field<NonNullGraphType<StringGraphType>>("name").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<BooleanGraphType>>("isRunning").Description("A run is under way; between its turns too.").Resolve(context => context.Source.IsRunning);
        Field<DateTimeType>("startedAt").Resolve(context => context.Source.StartedAt);
        Field<DateTimeType>("finishedAt").Resolve(context => context.Source.FinishedAt);
        Field<NonNullGraphType<LongGraphType>>("done").Description("Objects changed by the run under way, or by the last one.").Resolve(context => context.Source.Done);
        Field<StringGraphType>("fault").Description("Of the last turn; null when it went well.").Resolve(context => context.Source.Fault);
    }
}

internal static class RecurringJobs
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Forbidden.ThrowUnless(context.Actor(), Right.ReadFleet);
        return await context.Service<JobRunner>().ReadStatusAsync(context.CancellationToken);
    }
}
