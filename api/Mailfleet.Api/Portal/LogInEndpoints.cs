using Mailfleet.Api.Security;
using Mailfleet.Tenancy.People;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>The form at <c>/login</c>. What was wrong, log-in or password, is never told.</summary>
internal sealed class LogInEndpoints(LogInHandler logIns, EndSessionHandler ends, Callers callers, IAntiforgery antiforgery, Visit visit)
{
    public const string Path = "/login";
    public const string PasswordSetKey = "set"; // in the address after a password was chosen

    public async Task<IResult> ShowAsync(HttpContext context) => await callers.FindSignedInAsync(context) is not null
        ? Pages.SeeOther(AccountEndpoints.Path)
        : Page(context, StatusCodes.Status200OK, "", [], notice: context.Request.Query.ContainsKey(PasswordSetKey) ? visit.Text.PasswordIsSet : null);

    public async Task<IResult> SubmitAsync(HttpContext context, IFormCollection fields)
    {
        string login = SignUpForm.One(fields, LogInFields.Login).Trim();
        if (!await antiforgery.IsRequestValidAsync(context))
            return Page(context, StatusCodes.Status400BadRequest, login, [new FormError(null, visit.Text.FormNotRecognised)]);

        var command = new LogIn(login, SignUpForm.One(fields, LogInFields.Password), Client.Of(context));
        switch (await logIns.HandleAsync(command, context.RequestAborted))
        {
            case LogInResult.Opened opened:
                if (await callers.FindSignedInAsync(context) is { } earlier) // one browser, one session
                    await ends.HandleAsync(new EndSession(earlier, earlier.Session, Client.Address(context)), context.RequestAborted);
                SessionCookie.Write(context, opened.Token);
                return Pages.SeeOther(AccountEndpoints.Path);
            case LogInResult.Throttled:
                return Page(context, StatusCodes.Status429TooManyRequests, login, [new FormError(null, visit.Text.LogInThrottled)]);
            default:
                return Page(context, StatusCodes.Status422UnprocessableEntity, login, [new FormError(null, visit.Text.LogInWrong)]);
        }
    }

    private IResult Page(HttpContext context, int status, string login, IReadOnlyList<FormError> errors, string? notice = null) =>
        Pages.LogIn(status, login, errors, notice, antiforgery.GetAndStoreTokens(context));
}
