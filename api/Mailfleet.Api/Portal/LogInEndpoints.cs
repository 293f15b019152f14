using Mailfleet.Api.Security;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>The forms at <c>/login</c> and <c>/login/code</c>. What was wrong, log-in or password, is never told.</summary>
internal sealed class LogInEndpoints(
    LogInHandler logIns, EnterCodeHandler codes, EndSessionHandler ends, Callers callers, IAntiforgery antiforgery, Visit visit)
{
    public const string Path = "/login";
    public const string CodePath = "/login/code";
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
                return await EnterAsync(context, opened);
            case LogInResult.CodeNeeded half:
                CodeCookie.Write(context, half.Token);
                return Pages.SeeOther(CodePath);
            case LogInResult.Throttled:
                return Page(context, StatusCodes.Status429TooManyRequests, login, [new FormError(null, visit.Text.LogInThrottled)]);
            default:
                return Page(context, StatusCodes.Status422UnprocessableEntity, login, [new FormError(null, visit.Text.LogInWrong)]);
        }
    }

    public IResult ShowCode(HttpContext context) =>
        CodeCookie.Read(context.Request) is null ? Pages.SeeOther(Path) : CodePage(context, StatusCodes.Status200OK, error: null);

    public async Task<IResult> SubmitCodeAsync(HttpContext context, IFormCollection fields)
    {
        if (CodeCookie.Read(context.Request) is not { } token)
            return Pages.SeeOther(Path);
        if (!await antiforgery.IsRequestValidAsync(context))
            return CodePage(context, StatusCodes.Status400BadRequest, visit.Text.FormNotRecognised);

        switch (await codes.HandleAsync(new EnterCode(token, SignUpForm.One(fields, LogInFields.Code), Client.Of(context)), context.RequestAborted))
        {
            case LogInResult.Opened opened:
                CodeCookie.Delete(context);
                return await EnterAsync(context, opened);
            case LogInResult.Throttled:
                return CodePage(context, StatusCodes.Status429TooManyRequests, visit.Text.LogInThrottled);
            case null: // too late: the password again
                CodeCookie.Delete(context);
                return Pages.SeeOther(Path);
            default:
                return CodePage(context, StatusCodes.Status422UnprocessableEntity, visit.Text.CodeWrong);
        }
    }

    private async Task<IResult> EnterAsync(HttpContext context, LogInResult.Opened opened)
    {
        if (await callers.FindSignedInAsync(context) is { } earlier) // one browser, one session
            await ends.HandleAsync(new EndSession(earlier.Person.Id, earlier.Session), earlier.ToActor(Client.Address(context)), context.RequestAborted);
        SessionCookie.Write(context, opened.Token);
        return Pages.SeeOther(AccountEndpoints.Path);
    }

    private IResult Page(HttpContext context, int status, string login, IReadOnlyList<FormError> errors, string? notice = null) =>
        Pages.LogIn(status, login, errors, notice, antiforgery.GetAndStoreTokens(context));

    private IResult CodePage(HttpContext context, int status, string? error) => Pages.Code(
        status, CodePath, visit.Text.CodeTitle, visit.Text.CodeLead, visit.Text.LogIn, error, antiforgery.GetAndStoreTokens(context));
}
