using GraphQL;

namespace Mailfleet.Api.GraphQL.Errors;

/// <summary>An argument that the schema's types let through and that still makes no sense.</summary>
internal static class BadInput
{
    public static ExecutionError Error(string message) => new(message) { Code = "BAD_USER_INPUT" };
}
