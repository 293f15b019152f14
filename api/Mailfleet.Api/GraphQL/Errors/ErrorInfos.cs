using GraphQL;
using GraphQL.Execution;

namespace Mailfleet.Api.GraphQL.Errors;

/// <summary>What an error shows outside: its message and one code. Of unexpected exceptions it shows nothing but the request's id.</summary>
internal sealed class ErrorInfos(string requestId) : IErrorInfoProvider
{
    public const string InternalCode = "INTERNAL";

    public static string InternalMessage(string requestId) =>
        $"Something went wrong on our side. Try again later; when you report it, quote the request id {requestId}.";

    public ErrorInfo GetInfo(ExecutionError executionError)
    {
        if (executionError is UnhandledError)
        {
            return new ErrorInfo
            {
                Message = InternalMessage(requestId),
                Extensions = new Dictionary<string, object?> { ["code"] = InternalCode, ["requestId"] = requestId },
            };
        }

        Dictionary<string, object?>? extensions =
            executionError.Code is { } code ? new Dictionary<string, object?> { ["code"] = code } : null;
        return new ErrorInfo { Message = executionError.Message, Extensions = extensions };
    }
}
