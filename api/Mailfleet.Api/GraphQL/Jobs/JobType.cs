using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed class JobKindType : EnumerationGraphType<JobKind>
{
    public JobKindType()
    {
        Name = "JobKind";
        Description = "What a job does.";
    }
}

internal sealed class JobStateType : EnumerationGraphType<JobState>
{
    public JobStateType()
    {
        Name = "JobState";
        Description = "`READY` is the preview: rows have been looked at and nothing has been made.";
    }
}

internal sealed class JobErrorType : ObjectGraphType<JobError>
{
    public JobErrorType()
    {
        Name = "JobError";
        Description = "Why one row was refused.";
        Field<NonNullGraphType<IntGraphType>>("line").Description("In the file; the header is line 1.").Resolve(context => context.Source.Line);
        Field<StringGraphType>("column").Resolve(context => context.Source.Column);
        Field<NonNullGraphType<StringGraphType>>("message").Resolve(context => context.Source.Message);
        Field<NonNullGraphType<ErrorCodeType>>("code").Resolve(context => context.Source.Code);
    }
}

internal sealed class JobType : ObjectGraphType<Job>
{
    private const int MaxErrors = ConnectionArguments.MaxLimit;

    public JobType()
    {
        Name = "Job";
        Description = "Work that takes longer than a request, with its progress.";
        Interface<NodeInterface>();
        IsTypeOf = value => value is Job;
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<JobKindType>>("kind").Resolve(context => context.Source.Kind);
        Field<NonNullGraphType<JobStateType>>("state").Resolve(context => context.Source.State);
        Field<NonNullGraphType<StringGraphType>>("login").Description("Of whoever made it.").Resolve(context => context.Source.Login);
        Field<NonNullGraphType<IntGraphType>>("total").Description("Rows in all.").Resolve(context => context.Source.Total);
        Field<NonNullGraphType<IntGraphType>>("done").Resolve(context => context.Source.Done);
        Field<NonNullGraphType<IntGraphType>>("refused").Resolve(context => context.Source.Refused);
        Field<StringGraphType>("fault").Description("Why all of it was stopped.").Resolve(context => context.Source.Fault);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
        Field<DateTimeType>("finishedAt").Resolve(context => context.Source.FinishedAt);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<JobErrorType>>>>("errors")
            .Description("Refused rows, in the file's order.")
            .Argument<IntGraphType>("first", argument => argument.Description = $"1 to {MaxErrors}; {ConnectionArguments.DefaultLimit} when absent.")
            .Argument<IntGraphType>("afterLine", argument => argument.Description = "Only rows below this line.")
            .ResolveAsync(ReadErrorsAsync);
    }

    private static async Task<object?> ReadErrorsAsync(IResolveFieldContext<Job> context)
    {
        int first = context.GetArgument<int?>("first") ?? ConnectionArguments.DefaultLimit;
        if (first is < 1 or > MaxErrors)
            throw BadInput.Error($"first has to be between 1 and {MaxErrors}.");
        return await context.Service<ImportJobTable>().ReadErrorsAsync(
            context.Source.Id, context.GetArgument<int?>("afterLine") ?? 0, first, context.CancellationToken);
    }
}

internal sealed class JobEdgeType() : EdgeType<JobType, Job>("JobEdge");

internal sealed class JobConnectionType() : ConnectionType<JobType, JobEdgeType, Job>("JobConnection", row => row.Id.Value);
