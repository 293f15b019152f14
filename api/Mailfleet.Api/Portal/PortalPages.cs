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
        services.AddSingleton<OwnOrigin>();
        services.AddSingleton<OwnForms>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<Callers>();
        services.AddScoped<Visit>();
        services.AddScoped<SignUpEndpoints>();
        services.AddScoped<LogInEndpoints>();
        services.AddScoped<AccountEndpoints>();
        services.AddScoped<TotpEndpoints>();
        services.AddScoped<PasswordLinkEndpoints>();
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
        MapAccount(app, ownForms);
        app.MapMethods("/assets/{file}", Read, (HttpContext context, PortalAssets assets) => assets.Serve(context));
    }

    private static void MapAccount(WebApplication app, OwnForms ownForms)
    {
        app.MapMethods(LogInEndpoints.Path, Read, (HttpContext context, LogInEndpoints logIn) => logIn.ShowAsync(context));
        app.MapMethods(AccountEndpoints.Path, Read, (HttpContext context, AccountEndpoints account) => account.ShowAsync(context));
        app.MapMethods("/password/{token}", Read, (HttpContext context, string token, PasswordLinkEndpoints links) => links.ShowAsync(context, token));
        app.MapMethods(LogInEndpoints.CodePath, Read, (HttpContext context, LogInEndpoints logIn) => logIn.ShowCode(context));
        app.MapMethods(TotpEndpoints.Path, Read, (HttpContext context, TotpEndpoints totp) => totp.ShowAsync(context));

        Post(LogInEndpoints.CodePath, (HttpContext context, LogInEndpoints logIn) => logIn.SubmitCodeAsync(context, context.Request.Form));
        Post(TotpEndpoints.Path, (HttpContext context, TotpEndpoints totp) => totp.ConfirmAsync(context, context.Request.Form));
        Post(TotpEndpoints.RemovePath, (HttpContext context, TotpEndpoints totp) => totp.RemoveAsync(context, context.Request.Form));
        Post(LogInEndpoints.Path, (HttpContext context, LogInEndpoints logIn) => logIn.SubmitAsync(context, context.Request.Form));
        Post("/logout", (HttpContext context, AccountEndpoints account) => account.LogOutAsync(context));
        Post("/account/password", (HttpContext context, AccountEndpoints account) => account.ChangePasswordAsync(context, context.Request.Form));
        Post("/account/sessions/end", (HttpContext context, AccountEndpoints account) => account.EndSessionAsync(context, context.Request.Form));
        Post("/password/{token}", (HttpContext context, string token, PasswordLinkEndpoints links) => links.SubmitAsync(context, token, context.Request.Form));

        void Post(string path, Delegate handler) => app.MapPost(path, handler).AddEndpointFilter(ownForms).WithMetadata(ownForms);
    }

    // Programs that asked for something else than a page get the bare status.
    private static Task ShowStatusAsync(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept is { Count: > 0 } accepted && !accepted.Any(IsPage)
            ? Task.CompletedTask
            : Pages.Error(context.Response.StatusCode).ExecuteAsync(context);

    private static bool IsPage(MediaType type) => type.MatchesMediaType("text/html") || type.MatchesAllTypes;
}
