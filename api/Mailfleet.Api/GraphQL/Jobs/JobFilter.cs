using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Jobs;

internal sealed record JobFilter(string? Login);

internal sealed class JobFilterType : InputObjectGraphType<JobFilter>
{
    public JobFilterType()
    {
        Name = "JobFilter";
        Field<StringGraphType>("login").Description("Made by this one.");
    }

    public static QueryArgument Argument => new QueryArgument<JobFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) =>
        context.GetArgument<JobFilter?>("filter") is { Login: { } login } ? new TextFilter(login) : TextFilter.None;
}
