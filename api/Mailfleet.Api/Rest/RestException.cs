namespace Mailfleet.Api.Rest;

/// <summary>Ends a request with a problem; thrown by what reads requests, before anything has been done.</summary>
internal sealed class RestException(RestProblem problem) : Exception(problem.Detail)
{
    public RestProblem Problem { get; } = problem;

    public static RestException BadRequest(string detail, string? field = null) => new(RestProblem.Of(StatusCodes.Status400BadRequest, "BAD_REQUEST", detail, field));
}
