using Mailfleet.Api.Portal.Components;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Mailfleet.Api.Portal;

/// <summary>The portal's pages as results. Each depends on cookies and language, and some on a secret in the address, so none is ever cached.</summary>
internal static class Pages
{
    public static IResult Home() => new Page<HomePage>(StatusCodes.Status200OK, []);

    public static IResult SignUp(int status, SignUpForm form, IReadOnlyList<FormError> errors, AntiforgeryTokenSet token) => new Page<SignUpPage>(status, new()
    {
        [nameof(SignUpPage.Form)] = form,
        [nameof(SignUpPage.Errors)] = errors,
        [nameof(SignUpPage.Token)] = token,
    });

    public static IResult Status(int status, string path, Tenancy.SignUps.SignUpStatus signUp, AntiforgeryTokenSet token, string? problem = null) => new Page<StatusPage>(status, new()
    {
        [nameof(StatusPage.Path)] = path,
        [nameof(StatusPage.Status)] = signUp,
        [nameof(StatusPage.Token)] = token,
        [nameof(StatusPage.Problem)] = problem,
    });

    public static IResult LogIn(int status, string login, IReadOnlyList<FormError> errors, string? notice, AntiforgeryTokenSet token) => new Page<LogInPage>(status, new()
    {
        [nameof(LogInPage.Login)] = login,
        [nameof(LogInPage.Errors)] = errors,
        [nameof(LogInPage.Notice)] = notice,
        [nameof(LogInPage.Token)] = token,
    });

    /// <summary>The form for a code; what it is for is told by title, lead and button.</summary>
    public static IResult Code(int status, string path, string title, string lead, string submit, string? error, AntiforgeryTokenSet token) => new Page<CodePage>(status, new()
    {
        [nameof(CodePage.Path)] = path,
        [nameof(CodePage.Title)] = title,
        [nameof(CodePage.Lead)] = lead,
        [nameof(CodePage.Submit)] = submit,
        [nameof(CodePage.Error)] = error,
        [nameof(CodePage.Token)] = token,
    });

    public static IResult Totp(int status, BeginTotpResult begun, string? error, AntiforgeryTokenSet token) => new Page<TotpPage>(status, new()
    {
        [nameof(TotpPage.Begun)] = begun,
        [nameof(TotpPage.Error)] = error,
        [nameof(TotpPage.Token)] = token,
    });

    public static IResult RecoveryCodes(IReadOnlyList<string> codes) => new Page<RecoveryCodesPage>(StatusCodes.Status200OK, new() { [nameof(RecoveryCodesPage.Codes)] = codes });

    public static IResult ChoosePassword(int status, string path, string login, IReadOnlyList<FormError> errors, AntiforgeryTokenSet token) => new Page<ChoosePasswordPage>(status, new()
    {
        [nameof(ChoosePasswordPage.Path)] = path,
        [nameof(ChoosePasswordPage.Login)] = login,
        [nameof(ChoosePasswordPage.Errors)] = errors,
        [nameof(ChoosePasswordPage.Token)] = token,
    });

    public static IResult Account(int status, SignedIn who, IReadOnlyList<SessionRow> sessions, IReadOnlyList<FormError> errors, AntiforgeryTokenSet token) => new Page<AccountPage>(status, new()
    {
        [nameof(AccountPage.Who)] = who,
        [nameof(AccountPage.Sessions)] = sessions,
        [nameof(AccountPage.Errors)] = errors,
        [nameof(AccountPage.Token)] = token,
    });

    public static IResult Error(int status) => new Page<ErrorPage>(status, new() { [nameof(ErrorPage.Status)] = status });

    /// <summary>After a post: the browser fetches the page, and reloading it posts nothing (RFC 9110 §15.4.4).</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);

    private sealed class Page<TComponent>(int status, Dictionary<string, object?> parameters) : IResult
        where TComponent : IComponent
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.Headers.ContentLanguage = httpContext.RequestServices.GetRequiredService<Visit>().Language.Code;
            httpContext.Response.Headers.Append(HeaderNames.Vary, "Accept-Language, Cookie");
            return new RazorComponentResult<TComponent>(parameters) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(httpContext);
        }
    }

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
