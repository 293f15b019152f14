using GraphQL;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Rest;

/// <param name="Field">Path of the field at fault in camelCase; null when it is no single one.</param>
/// <param name="Code">The same codes as in GraphQL.</param>
internal sealed record RestFieldError(string? Field, string Code, string Message);

/// <summary>A refusal as problem details (RFC 9457).</summary>
internal sealed record RestProblem(string Type, string Title, int Status, string Detail, IReadOnlyList<RestFieldError> Errors, string? RequestId = null)
{
    public const string MediaType = "application/problem+json";

    public static RestProblem Of(IReadOnlyList<Refusal> refusals)
    {
        int status = StatusOf(refusals[0].Code);
        return new RestProblem(
            TypeOf(refusals[0].Code.ToString().ToConstantCase()), TitleOf(status), status, refusals[0].Message,
            [.. refusals.Select(refusal => new RestFieldError(refusal.Field, refusal.Code.ToString().ToConstantCase(), refusal.Message))]);
    }

    public static RestProblem Of(int status, string code, string detail, string? field = null, string? requestId = null) => new(
        TypeOf(code), TitleOf(status), status, detail, field is null ? [] : [new RestFieldError(field, code, detail)], requestId);

    private static string TypeOf(string code) => $"urn:mailfleet:problem:{code.ToLowerInvariant().Replace('_', '-')}";

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.Forbidden or ErrorCode.ConsentNeeded => StatusCodes.Status403Forbidden,
        ErrorCode.Conflict or ErrorCode.AddressTaken or ErrorCode.DomainTaken or ErrorCode.LoginTaken or ErrorCode.JobState => StatusCodes.Status409Conflict,
        ErrorCode.Throttled => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
