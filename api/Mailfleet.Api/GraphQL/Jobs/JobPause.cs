using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed class JobPauseInputType : InputObjectGraphType<JobInput>
{
    public JobPauseInputType()
    {
        Name = "JobPauseInput";
        Field<NonNullGraphType<IdGraphType>>("jobId");
    }
}

internal sealed class JobPausePayloadType : PayloadType<Job>
{
    public JobPausePayloadType() : base("JobPausePayload") => Field<JobType>("job").Resolve(context => context.Source.Value);
}

internal static class JobPause
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) => JobSteering.RunAsync(context, JobStep.Pause);
}
