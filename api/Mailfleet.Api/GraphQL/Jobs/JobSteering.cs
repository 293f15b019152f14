using GraphQL;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed record JobInput(string JobId);

/// <summary>What the three mutations that steer a job share.</summary>
internal static class JobSteering
{
    public static async Task<object?> RunAsync(IResolveFieldContext context, JobStep step)
    {
        JobInput input = context.GetArgument<JobInput>("input");
        return JobId.TryParse(input.JobId, out JobId id)
            ? Payload<Job>.Of(await context.Service<SteerJobHandler>().HandleAsync(new SteerJob(id, step), context.Actor(), context.CancellationToken))
            : Payload<Job>.Refused(new Refusal(ErrorCode.NotFound, "jobId", "There is no such job."));
    }
}
