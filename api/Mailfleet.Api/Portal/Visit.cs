using Mailfleet.Api.Portal.Texts;

namespace Mailfleet.Api.Portal;

/// <summary>What every component needs to know about the request it is rendered for.</summary>
internal sealed class Visit(ApiOptions options)
{
    public Language Language { get; private set; } = Language.English;

    public Text Text => Language.Text;

    public string HostName => options.HostName;

    public ClientSettings Clients => options.Clients;

    /// <summary>Settles the language before anything is rendered, and remembers it when the address named one.</summary>
    public static Task BeginAsync(HttpContext context, RequestDelegate next)
    {
        Visit visit = context.RequestServices.GetRequiredService<Visit>();
        visit.Language = Language.Of(context.Request);
        if (Language.Chosen(context.Request) is { } chosen)
            context.Response.Cookies.Append(Language.CookieName, chosen.Code, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            });
        return next(context);
    }
}
