using Mailfleet.Tenancy.People;

namespace Mailfleet.Api.Security;

/// <summary>The cookie of half a log-in: between password and code. Strict, for it is needed on our own two pages alone.</summary>
internal static class CodeCookie
{
    public const string Name = "mailfleet-api-code";

    private const int MaxTokenLength = 128; // as for the session's

    public static string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 and <= MaxTokenLength } token ? token : null;

    public static void Write(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context, SessionLimits.HalfLifetime));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, maxAge: null));

    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps, // standalone is plain HTTP on loopback
        Path = "/login",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
