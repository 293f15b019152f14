using Mailfleet.Tenancy.People;

namespace Mailfleet.Api.Security;

/// <summary>The cookie that holds a session's token. Lax, so that a link in a letter opens the account; posts are guarded by origin and form token.</summary>
internal static class SessionCookie
{
    public const string Name = "mailfleet-api-session"; // cookies ignore ports: webmail on the same host has its own

    private const int MaxTokenLength = 128; // 256 random bits take 43 characters; a bound for what is hashed

    public static string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 and <= MaxTokenLength } token ? token : null;

    public static void Write(HttpContext context, string token) =>
        context.Response.Cookies.Append(Name, token, Options(context, SessionLimits.Lifetime));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, maxAge: null));

    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps, // standalone is plain HTTP on loopback
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
