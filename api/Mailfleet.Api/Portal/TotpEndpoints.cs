using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Storage;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>The second factor at <c>/account/totp</c>: shown, confirmed by a first code, taken away by a last one.</summary>
internal sealed class TotpEndpoints(
    Callers callers, BeginTotpHandler begins, ConfirmTotpHandler confirms, RemoveTotpHandler removes, IAntiforgery antiforgery, Visit visit)
{
    public const string Path = "/account/totp";
    public const string RemovePath = "/account/totp/remove";

    public async Task<IResult> ShowAsync(HttpContext context) => await callers.FindSignedInAsync(context) is { } who
        ? await PageAsync(context, StatusCodes.Status200OK, who, error: null)
        : Pages.SeeOther(LogInEndpoints.Path);

    public async Task<IResult> ConfirmAsync(HttpContext context, IFormCollection fields)
    {
        if (await callers.FindSignedInAsync(context) is not { } who)
            return Pages.SeeOther(LogInEndpoints.Path);
        if (!await antiforgery.IsRequestValidAsync(context))
            return await PageAsync(context, StatusCodes.Status400BadRequest, who, visit.Text.FormNotRecognised);

        var command = new ConfirmTotp(who, SignUpForm.One(fields, LogInFields.Code), Client.Address(context));
        Outcome<ConfirmTotpResult> outcome = await confirms.HandleAsync(command, context.RequestAborted);
        return outcome.Value is { } confirmed
            ? Pages.RecoveryCodes(confirmed.RecoveryCodes)
            : await PageAsync(context, StatusCodes.Status422UnprocessableEntity, who, visit.Text.CodeWrong);
    }

    public async Task<IResult> RemoveAsync(HttpContext context, IFormCollection fields)
    {
        if (await callers.FindSignedInAsync(context) is not { } who)
            return Pages.SeeOther(LogInEndpoints.Path);
        if (!await antiforgery.IsRequestValidAsync(context))
            return RemovePage(context, StatusCodes.Status400BadRequest, visit.Text.FormNotRecognised);

        var command = new RemoveTotp(who, SignUpForm.One(fields, LogInFields.Code), Client.Of(context));
        Outcome<PersonRow> outcome = await removes.HandleAsync(command, context.RequestAborted);
        if (outcome.IsAccepted)
            return Pages.SeeOther(AccountEndpoints.Path);
        return outcome.Refusals[0].Code == ErrorCode.Throttled
            ? RemovePage(context, StatusCodes.Status429TooManyRequests, visit.Text.LogInThrottled)
            : RemovePage(context, StatusCodes.Status422UnprocessableEntity, visit.Text.CodeWrong);
    }

    // Who has a second factor already sees how to take it away.
    private async Task<IResult> PageAsync(HttpContext context, int status, SignedIn who, string? error)
    {
        Outcome<BeginTotpResult> outcome = await begins.HandleAsync(new BeginTotp(who), context.RequestAborted);
        return outcome.Value is { } begun
            ? Pages.Totp(status, begun, error, antiforgery.GetAndStoreTokens(context))
            : RemovePage(context, status, error);
    }

    private IResult RemovePage(HttpContext context, int status, string? error) => Pages.Code(
        status, RemovePath, visit.Text.TotpRemoveTitle, visit.Text.TotpRemoveLead, visit.Text.TotpRemove, error, antiforgery.GetAndStoreTokens(context));
}
