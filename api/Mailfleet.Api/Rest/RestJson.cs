using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mailfleet.Api.Rest;

/// <summary>JSON of the REST interface: strict on the way in, so that a misspelt field is told and not ignored.</summary>
internal static class RestJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <exception cref="RestException">The body is not what the route takes; the text names the field.</exception>
    public static async Task<T> ReadAsync<T>(RestCall call) where T : class
    {
        if (!call.Http.Request.HasJsonContentType())
            throw new RestException(RestProblem.Of(StatusCodes.Status415UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json."));
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(call.Http.Request.Body, Options, call.CancellationToken)
                ?? throw RestException.BadRequest("The body has to be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw RestException.BadRequest(Describe(fault), FieldOf(fault));
        }
    }

    public static Task WriteAsync<T>(RestCall call, int status, T answer)
    {
        call.Http.Response.StatusCode = status;
        return call.Http.Response.WriteAsJsonAsync(answer, Options, "application/json; charset=utf-8", call.CancellationToken);
    }

    private static string? FieldOf(JsonException fault) => fault.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;

    // The serializer's own sentences name types of ours.
    private static string Describe(JsonException fault)
    {
        if (FieldOf(fault) is { } field)
            return fault.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"There is no field {field}." : $"The field {field} has a value of the wrong kind.";
        if (fault.Message.Contains("missing required properties", StringComparison.Ordinal))
            return $"The body lacks {fault.Message[(fault.Message.LastIndexOf(':') + 1)..].Trim().TrimEnd('.')}.";
        return "The body is not well-formed JSON of the kind that this route takes.";
    }
}
