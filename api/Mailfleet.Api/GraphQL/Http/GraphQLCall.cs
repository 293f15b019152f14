using System.Text.Json;
using GraphQL;
using GraphQL.SystemTextJson;

namespace Mailfleet.Api.GraphQL.Http;

/// <summary>The parameters of one request (GraphQL over HTTP §5.1).</summary>
internal sealed record GraphQLCall(string Query, string? OperationName, Inputs? Variables)
{
    private static readonly GraphQLSerializer Serializer = new();

    /// <summary>Null and a fault when the body is not a request; the fault names what is wrong.</summary>
    public static GraphQLCall? Read(JsonElement body, out string? fault)
    {
        fault = FindFault(body);
        if (fault is not null)
            return null;

        return new GraphQLCall(body.GetProperty("query").GetString()!, Optional(body, "operationName")?.GetString(),
            Optional(body, "variables") is { } variables ? Serializer.ReadNode<Inputs>(variables) : null);
    }

    private static string? FindFault(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array)
            return "Batching is off: send one request at a time, as a JSON object.";
        if (body.ValueKind != JsonValueKind.Object)
            return "The body has to be a JSON object.";
        if (Optional(body, "query") is not { } query)
            return "The parameter query is missing.";
        if (query.ValueKind != JsonValueKind.String)
            return "The parameter query has to be a string.";
        if (string.IsNullOrWhiteSpace(query.GetString()))
            return "The parameter query is empty.";
        if (Optional(body, "operationName") is { ValueKind: not JsonValueKind.String })
            return "The parameter operationName has to be a string.";
        if (Optional(body, "variables") is { ValueKind: not JsonValueKind.Object })
            return "The parameter variables has to be an object.";
        return Optional(body, "extensions") is { ValueKind: not JsonValueKind.Object } ? "The parameter extensions has to be an object." : null;
    }

    // null means absent (§5.1).
    private static JsonElement? Optional(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
