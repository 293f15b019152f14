using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.SystemTextJson;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Microsoft.AspNetCore.Http.Features;

namespace Mailfleet.Api.GraphQL.Http;

/// <summary>GraphQL over HTTP: POST alone, one request at a time, authenticated.</summary>
internal sealed partial class GraphQLEndpoint(
    MailfleetSchema schema, IDocumentExecuter executer, Callers callers, RateLimits rates, Idempotency idempotency, ILogger<GraphQLEndpoint> logger)
{
    private const string Challenge = $"{BearerTokens.Scheme} realm=\"mailfleet\"";

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 64 };

    public async Task HandleAsync(HttpContext http)
    {
        string requestId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        try
        {
            await AnswerAsync(http, requestId);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogGone(requestId);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge && !http.Response.HasStarted)
        {
            await RefuseAsync(
                http, StatusCodes.Status413PayloadTooLarge, "PAYLOAD_TOO_LARGE", $"The body is longer than {GraphQLLimits.MaxBodyBytes} bytes.");
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            LogFault(fault, requestId);
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, ErrorInfos.InternalCode, ErrorInfos.InternalMessage(requestId));
        }
    }

    // Cheap checks first; nothing of the body is read before the caller is known.
    private async Task AnswerAsync(HttpContext http, string requestId)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = HttpMethods.Post; // RFC 9110 §15.5.6
            await RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "Send the request by POST.");
            return;
        }

        if (await callers.FindAsync(http) is not { } actor)
        {
            // RFC 6750 §3: an error code only when a token was shown.
            bool hasShown = http.Request.Headers.Authorization.Count > 0;
            http.Response.Headers.WWWAuthenticate = hasShown ? Challenge + ", error=\"invalid_token\"" : Challenge;
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "Show a valid token: Authorization: Bearer ….");
            return;
        }

        if (GraphQLMediaType.Negotiate(http.Request) is not { } mediaType)
        {
            await RefuseAsync(
                http, StatusCodes.Status406NotAcceptable, "NOT_ACCEPTABLE", $"Accept {GraphQLMediaType.GraphQLResponse} or {GraphQLMediaType.Json}.");
            return;
        }

        if (!GraphQLMediaType.IsReadable(http.Request))
        {
            await RefuseAsync(
                http, StatusCodes.Status415UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", $"Send the request as {GraphQLMediaType.Json} in UTF-8.");
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = GraphQLLimits.MaxBodyBytes;
        if (!rates.TryTake(actor, out TimeSpan retryAfter))
        {
            int seconds = (int)Math.Ceiling(retryAfter.TotalSeconds);
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture); // RFC 9110 §10.2.3
            await RefuseAsync(http, StatusCodes.Status429TooManyRequests, "RATE_LIMITED", $"Too many requests. Try again in {seconds} s.");
            return;
        }

        await idempotency.RunAsync(http, actor, RunAsync, (status, code, message) => RefuseAsync(http, status, code, message));

        async Task RunAsync()
        {
            if (await ReadAsync(http) is { } call)
                await ExecuteAsync(http, call, actor, mediaType, requestId);
        }
    }

    /// <summary>Null after a refusal has been sent.</summary>
    private static async Task<GraphQLCall?> ReadAsync(HttpContext http)
    {
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body, JsonOptions, http.RequestAborted);
            GraphQLCall? call = GraphQLCall.Read(body.RootElement, out string? fault);
            if (call is null)
                await RefuseAsync(http, StatusCodes.Status400BadRequest, "BAD_REQUEST", fault!);
            return call;
        }
        catch (JsonException)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "BAD_REQUEST", "The body is not well-formed JSON.");
            return null;
        }
    }

    private async Task ExecuteAsync(HttpContext http, GraphQLCall call, Actor actor, string mediaType, string requestId)
    {
        RequestContext request = new(actor, requestId);
        ExecutionResult result = await executer.ExecuteAsync(new ExecutionOptions
        {
            Schema = schema,
            Query = call.Query,
            OperationName = call.OperationName,
            Variables = call.Variables,
            UserContext = request,
            RequestServices = http.RequestServices,
            ValidationRules = GraphQLLimits.Rules,
            Timeout = GraphQLLimits.Timeout,
            CancellationToken = http.RequestAborted,
            UnhandledExceptionDelegate = fault =>
            {
                LogFault(fault.OriginalException, requestId);
                return Task.CompletedTask;
            },
        });

        if (request.Cost > 0)
        {
            if (result.Executed)            // one that was too costly did not run: it is one request
                rates.Charge(actor, request.Cost / GraphQLLimits.CostOfARequest);
            result.Extensions = new Dictionary<string, object?> { ["cost"] = new { requested = request.Cost, limit = GraphQLLimits.MaxComplexity } };
        }

        // §6.4: a request that did not run is a client's error where the status may say so; plain JSON clients look into the body alone.
        bool isRefused = !result.Executed && mediaType == GraphQLMediaType.GraphQLResponse;
        http.Response.StatusCode = isRefused ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        http.Response.ContentType = $"{mediaType}; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await new GraphQLSerializer(new ErrorInfos(requestId)).WriteAsync(http.Response.Body, result, http.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        string mediaType = GraphQLMediaType.Negotiate(http.Request) ?? GraphQLMediaType.Json;
        return http.Response.WriteAsJsonAsync(
            new { errors = new[] { new { message, extensions = new { code } } } }, options: null, $"{mediaType}; charset=utf-8", http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed")]
    private partial void LogFault(Exception fault, string requestId);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client has gone")]
    private partial void LogGone(string requestId);
}
