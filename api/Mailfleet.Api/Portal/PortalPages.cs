using System.Text.Encodings.Web;
using System.Text.Unicode;
using Mailfleet.Api.Security;
using MediaType = Microsoft.Net.Http.Headers.MediaTypeHeaderValue;

namespace Mailfleet.Api.Portal;

/// <summary>The sign-up portal: static Razor components, no JavaScript needed.</summary>
internal static class PortalPages
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddDataProtectionKeys();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "mailfleet-api-form"; // cookies ignore ports: webmail on the same host has its own
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // standalone is plain HTTP on loopback
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        });
        services.AddRazorComponents();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All)); // Chinese as itself, not as &#x…;
        services.AddSignUpRateLimit();
        services.AddSingleton<PortalAssets>();
        services.AddSingleton<RecentSignUps>();
        services.AddSingleton<OwnForms>();
        services.AddScoped<Visit>();
        services.AddScoped<SignUpEndpoints>();
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)); // it writes addresses, and ours hold tokens
        return services;
    }

    /// <summary>Headers, language and friendly pages for what goes wrong; stands before the endpoints of the whole host.</summary>
    public static void UsePortal(this WebApplication app)
    {
        app.Use(SecurityHeaders.AddAsync);
        app.Use(Visit.BeginAsync);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = fault => fault is BadHttpRequestException { StatusCode: var status } ? status : StatusCodes.Status500InternalServerError,
            ExceptionHandler = ShowStatusAsync,
        });
        app.UseStatusCodePages(context => ShowStatusAsync(context.HttpContext));
        app.UseRateLimiter();
    }

    public static void MapPortal(this WebApplication app)
    {
        OwnForms ownForms = app.Services.GetRequiredService<OwnForms>();
        app.MapMethods("/", Read, Pages.Home);
        app.MapMethods("/signup", Read, (HttpContext context, SignUpEndpoints signUps) => signUps.Show(context));
        app.MapPost("/signup", (HttpContext context, SignUpEndpoints signUps) => signUps.SubmitAsync(context, context.Request.Form))
            .AddEndpointFilter(ownForms).WithMetadata(ownForms).RequireRateLimiting(SignUpRateLimit.PolicyName);
        app.MapMethods("/signup/{token}", Read, (HttpContext context, string token, SignUpEndpoints signUps) => signUps.StatusAsync(context, token));
        app.MapPost("/signup/{token}", (HttpContext context, string token, SignUpEndpoints signUps) => signUps.CheckAsync(context, token))
            .AddEndpointFilter(ownForms).WithMetadata(ownForms).RequireRateLimiting(SignUpRateLimit.PolicyName);
        app.MapMethods("/assets/{file}", Read, (HttpContext context, PortalAssets assets) => assets.Serve(context));
    }

    // Programs that asked for something else than a page get the bare status.
    private static Task ShowStatusAsync(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept is { Count: > 0 } accepted && !accepted.Any(IsPage)
            ? Task.CompletedTask
            : Pages.Error(context.Response.StatusCode).ExecuteAsync(context);

    private static bool IsPage(MediaType type) => type.MatchesMediaType("text/html") || type.MatchesAllTypes;
}
