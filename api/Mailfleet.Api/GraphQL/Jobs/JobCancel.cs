using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed class JobCancelInputType : InputObjectGraphType<JobInput>
{
    public JobCancelInputType()
    {
        Name = "JobCancelInput";
        Field<NonNullGraphType<IdGraphType>>("jobId");
    }
}

internal sealed class JobCancelPayloadType : PayloadType<Job>
{
    public JobCancelPayloadType() : base("JobCancelPayload") => Field<JobType>("job").Resolve(context => context.Source.Value);
}

internal static class JobCancel
{
    public static Task<object?> ResolveAsync(IResolveFieldContext context) => JobSteering.RunAsync(context, JobStep.Cancel);
}
