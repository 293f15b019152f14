using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.Security;
using Microsoft.AspNetCore.Http.Features;

namespace Mailfleet.Api.Rest;

/// <summary>What every route of <c>/v1</c> shares: who asks, how much, once or again, and problems instead of pages.</summary>
internal sealed partial class RestEndpoint(Callers callers, RateLimits rates, Idempotency idempotency, ILogger<RestEndpoint> logger)
{
    public async Task HandleAsync(HttpContext http, RestRoute route)
    {
        string requestId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        try
        {
            await AnswerAsync(http, route);
        }
        catch (RestException refused)
        {
            await RefuseAsync(http, refused.Problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogGone(requestId);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge && !http.Response.HasStarted)
        {
            await RefuseAsync(http, RestProblem.Of(fault.StatusCode, "PAYLOAD_TOO_LARGE", $"The body is longer than {route.MaxBodyBytes} bytes."));
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            LogFault(fault, requestId);
            await RefuseAsync(http, RestProblem.Of(
                StatusCodes.Status500InternalServerError, ErrorInfos.InternalCode, ErrorInfos.InternalMessage(requestId), requestId: requestId));
        }
    }

    /// <summary>For what no route has: another method of a path that there is, or no such path.</summary>
    public static Task RefuseUnknownAsync(HttpContext http)
    {
        string[] methods = [.. RestRoutes.All.Where(route => IsPathOf(route, http.Request.Path)).Select(route => route.Method).Distinct()];
        if (methods.Length == 0)
            return RefuseAsync(http, RestProblem.Of(StatusCodes.Status404NotFound, "NOT_FOUND", "There is no such path. /openapi.json names all of them."));
        http.Response.Headers.Allow = string.Join(", ", methods); // RFC 9110 §15.5.6
        return RefuseAsync(http, RestProblem.Of(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"This path takes {string.Join(", ", methods)}."));
    }

    private static bool IsPathOf(RestRoute route, PathString path) =>
        Regex.IsMatch(path.Value ?? "", $"^{Regex.Escape(route.Pattern).Replace("\\{id}", "[^/]+", StringComparison.Ordinal)}$", RegexOptions.None, TimeSpan.FromSeconds(1));

    private async Task AnswerAsync(HttpContext http, RestRoute route)
    {
        if (await callers.FindAsync(http) is not { } actor)
        {
            bool hasShown = http.Request.Headers.Authorization.Count > 0;
            http.Response.Headers.WWWAuthenticate = $"{BearerTokens.Scheme} realm=\"mailfleet\"{(hasShown ? ", error=\"invalid_token\"" : "")}";
            throw new RestException(RestProblem.Of(StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "Show a valid token: Authorization: Bearer ….", requestId: null));
        }

        if (!rates.TryTake(actor, out TimeSpan retryAfter))
        {
            int seconds = (int)Math.Ceiling(retryAfter.TotalSeconds);
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            throw new RestException(RestProblem.Of(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", $"Too many requests. Try again in {seconds} s."));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = route.MaxBodyBytes;
        http.Response.Headers.CacheControl = "no-store";
        var call = new RestCall(http, actor);
        if (HttpMethods.IsGet(http.Request.Method))
            await route.Run(call);
        else
            await idempotency.RunAsync(
                http, actor, () => RunAsync(call, route), (status, code, message) => RefuseAsync(http, RestProblem.Of(status, code, message)));
    }

    // A refusal is an answer too, and is kept with its key.
    private static async Task RunAsync(RestCall call, RestRoute route)
    {
        try
        {
            await route.Run(call);
        }
        catch (RestException refused)
        {
            await RefuseAsync(call.Http, refused.Problem);
        }
    }

    private static Task RefuseAsync(HttpContext http, RestProblem problem)
    {
        http.Response.StatusCode = problem.Status;
        return http.Response.WriteAsJsonAsync(problem, RestJson.Options, RestProblem.MediaType, http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed")]
    private partial void LogFault(Exception fault, string requestId);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client has gone")]
    private partial void LogGone(string requestId);
}
