using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>The page behind a password link, <c>/password/{token}</c>: an invitation's, or one for a forgotten password.</summary>
internal sealed class PasswordLinkEndpoints(FleetPeople people, ChoosePasswordHandler choices, IAntiforgery antiforgery, Visit visit, TimeProvider clock)
{
    private const string Path = "/password/";

    /// <summary>The link to send, from the configured origin: a Host header must not choose where a secret goes.</summary>
    public static Uri Link(ApiOptions options, string token) => new(options.PublicOrigin, Path + Uri.EscapeDataString(token));

    public async Task<IResult> ShowAsync(HttpContext context, string token) =>
        await people.FindByLinkAsync(token, clock.GetUtcNow(), context.RequestAborted) is { } person
            ? Page(context, StatusCodes.Status200OK, token, person.Login, [])
            : Pages.Error(StatusCodes.Status404NotFound);

    public async Task<IResult> SubmitAsync(HttpContext context, string token, IFormCollection fields)
    {
        if (await people.FindByLinkAsync(token, clock.GetUtcNow(), context.RequestAborted) is not { } person)
            return Pages.Error(StatusCodes.Status404NotFound);
        if (!await antiforgery.IsRequestValidAsync(context))
            return Page(context, StatusCodes.Status400BadRequest, token, person.Login, [new FormError(null, visit.Text.FormNotRecognised)]);

        var command = new ChoosePassword(token, SignUpForm.One(fields, LogInFields.NewPassword), Client.Address(context));
        Outcome<PersonRow> outcome = await choices.HandleAsync(command, context.RequestAborted);
        if (outcome.IsAccepted)
            return Pages.SeeOther($"{LogInEndpoints.Path}?{LogInEndpoints.PasswordSetKey}");
        return outcome.Refusals[0].Code == ErrorCode.NotFound
            ? Pages.Error(StatusCodes.Status404NotFound)
            : Page(context, StatusCodes.Status422UnprocessableEntity, token, person.Login, [.. outcome.Refusals.Select(Explain)]);
    }

    private IResult Page(HttpContext context, int status, string token, string login, IReadOnlyList<FormError> errors) =>
        Pages.ChoosePassword(status, Path + Uri.EscapeDataString(token), login, errors, antiforgery.GetAndStoreTokens(context));

    private FormError Explain(Refusal refusal) =>
        new(LogInFields.NewPassword, visit.Text.ExplainPassword(refusal.Code, isOld: false) ?? refusal.Message);
}
