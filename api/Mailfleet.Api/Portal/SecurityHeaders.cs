namespace Mailfleet.Api.Portal;

/// <summary>Headers of every answer of this host. An endpoint that needs more than the strict policy sets its own header, which is left alone.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state => // the last moment, so that the page for a fault has them too
        {
            IHeaderDictionary headers = ((HttpResponse)state).Headers;
            headers.TryAdd("Content-Security-Policy", Policy);
            headers.TryAdd("X-Content-Type-Options", "nosniff");
            // Addresses hold tokens, so nothing leaves this origin. Stricter (no-referrer) would make browsers send
            // "Origin: null" with our own forms (Fetch, "append a request Origin header"), and the origin check needs the truth.
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
