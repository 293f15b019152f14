using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.SignUps;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>The form at <c>/signup</c> and the page of each sign-up at <c>/signup/{token}</c>: post, redirect, get.</summary>
internal sealed class SignUpEndpoints(ISignUps signUps, RecentSignUps recent, IAntiforgery antiforgery, Visit visit, IHostApplicationLifetime lifetime)
{
    public IResult Show(HttpContext context) =>
        Pages.SignUp(StatusCodes.Status200OK, SignUpForm.Empty, [], antiforgery.GetAndStoreTokens(context));

    public async Task<IResult> SubmitAsync(HttpContext context, IFormCollection fields)
    {
        SignUpForm form = SignUpForm.From(fields);
        if (!await antiforgery.IsRequestValidAsync(context))
            return Refuse(context, StatusCodes.Status400BadRequest, form, [new FormError(null, visit.Text.FormNotRecognised)]);

        string password = SignUpForm.One(fields, SignUpFields.Password);
        string formToken = SignUpForm.One(fields, antiforgery.GetTokens(context).FormFieldName);
        // Not cancelled with the request: a double click cuts the first one off, and the second waits for its outcome.
        Outcome<SignUpReceipt> outcome = await recent.OnceAsync(
            formToken, form.ToCommand(password, visit.Language) with { Source = Client.Address(context) }, command => signUps.SignUpAsync(command, lifetime.ApplicationStopping));
        if (outcome.Value is { } receipt)
            return Pages.SeeOther($"/signup/{Uri.EscapeDataString(receipt.Token)}");

        bool IsBlank(string field) => (field == SignUpFields.Password ? password : form.ValueOf(field)).Length == 0;
        return Refuse(context, StatusCodes.Status422UnprocessableEntity, form, SignUpErrors.Explain(outcome.Refusals, IsBlank, visit.Text));
    }

    public async Task<IResult> StatusAsync(HttpContext context, string token) =>
        await signUps.FindAsync(token, context.RequestAborted) is { } status
            ? Pages.Status(StatusCodes.Status200OK, PathOf(token), status, antiforgery.GetAndStoreTokens(context))
            : Pages.Error(StatusCodes.Status404NotFound);

    public async Task<IResult> CheckAsync(HttpContext context, string token)
    {
        string? problem = visit.Text.FormNotRecognised;
        int code = StatusCodes.Status400BadRequest;
        if (await antiforgery.IsRequestValidAsync(context))
        {
            Outcome<SignUpStatus> outcome = await signUps.CheckProofAsync(token, lifetime.ApplicationStopping);
            if (outcome.IsAccepted)
                return Pages.SeeOther(PathOf(token));
            problem = SignUpErrors.Explain(outcome.Refusals, _ => false, visit.Text)[0].Message;
            code = StatusCodes.Status422UnprocessableEntity;
        }

        return await signUps.FindAsync(token, context.RequestAborted) is { } status
            ? Pages.Status(code, PathOf(token), status, antiforgery.GetAndStoreTokens(context), problem)
            : Pages.Error(StatusCodes.Status404NotFound);
    }

    private IResult Refuse(HttpContext context, int status, SignUpForm form, IReadOnlyList<FormError> errors) =>
        Pages.SignUp(status, form, errors, antiforgery.GetAndStoreTokens(context));

    private static string PathOf(string token) => $"/signup/{Uri.EscapeDataString(token)}";
}
