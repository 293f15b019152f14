using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;
using Microsoft.AspNetCore.Antiforgery;

namespace Mailfleet.Api.Portal;

/// <summary>A person's own page at <c>/account</c>: who they are here, their password, where they are logged in.</summary>
internal sealed class AccountEndpoints(
    Callers callers, FleetPeople people, ChangePasswordHandler passwords, EndSessionHandler ends, IAntiforgery antiforgery, Visit visit, TimeProvider clock)
{
    public const string Path = "/account";

    public async Task<IResult> ShowAsync(HttpContext context) => await callers.FindSignedInAsync(context) is { } who
        ? await PageAsync(context, StatusCodes.Status200OK, who, [])
        : Pages.SeeOther(LogInEndpoints.Path);

    public Task<IResult> ChangePasswordAsync(HttpContext context, IFormCollection fields) => PostAsync(context, async who =>
    {
        var command = new ChangePassword(
            who, SignUpForm.One(fields, LogInFields.OldPassword), SignUpForm.One(fields, LogInFields.NewPassword), Client.Of(context));
        Outcome<ChangePasswordResult> outcome = await passwords.HandleAsync(command, context.RequestAborted);
        if (outcome.Value is not { } changed)
            return await PageAsync(context, StatusCodes.Status422UnprocessableEntity, who, [.. outcome.Refusals.Select(Explain)]);

        SessionCookie.Write(context, changed.Token);
        return Pages.SeeOther(Path);
    });

    public Task<IResult> EndSessionAsync(HttpContext context, IFormCollection fields) => PostAsync(context, async who =>
    {
        if (SessionId.TryParse(SignUpForm.One(fields, LogInFields.Session), out SessionId session))
            await ends.HandleAsync(new EndSession(who.Person.Id, session), who.ToActor(Client.Address(context)), context.RequestAborted);
        return Pages.SeeOther(Path);
    });

    public Task<IResult> LogOutAsync(HttpContext context) => PostAsync(context, async who =>
    {
        await ends.HandleAsync(new EndSession(who.Person.Id, who.Session), who.ToActor(Client.Address(context)), context.RequestAborted);
        SessionCookie.Delete(context);
        return Pages.SeeOther("/");
    });

    private async Task<IResult> PostAsync(HttpContext context, Func<SignedIn, Task<IResult>> act)
    {
        if (await callers.FindSignedInAsync(context) is not { } who)
            return Pages.SeeOther(LogInEndpoints.Path);
        return await antiforgery.IsRequestValidAsync(context)
            ? await act(who)
            : await PageAsync(context, StatusCodes.Status400BadRequest, who, [new FormError(null, visit.Text.FormNotRecognised)]);
    }

    private async Task<IResult> PageAsync(HttpContext context, int status, SignedIn who, IReadOnlyList<FormError> errors) => Pages.Account(
        status, who, await people.SessionsOfAsync(who.Person.Id, clock.GetUtcNow(), context.RequestAborted), errors, antiforgery.GetAndStoreTokens(context));

    private FormError Explain(Refusal refusal) =>
        new(refusal.Field, visit.Text.ExplainPassword(refusal.Code, refusal.Field == LogInFields.OldPassword) ?? refusal.Message);
}
