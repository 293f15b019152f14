using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed class JobStartInputType : InputObjectGraphType<JobInput>
{
    public JobStartInputType()
    {
        Name = "JobStartInput";
        Field<NonNullGraphType<IdGraphType>>("jobId");
    }
}

internal sealed class JobStartPayloadType : PayloadType<Job>
{
    public JobStartPayloadType() : base("JobStartPayload") => Field<JobType>("job").Resolve(context => context.Source.Value);
}

internal static class JobStart
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) => JobSteering.RunAsync(context, JobStep.Start);
}
