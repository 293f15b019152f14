using System.Security.Claims;
using System.Text.Encodings.Web;
using Mailfleet.Api.Security;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Rights;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Mailfleet.Api.Ops;

/// <summary>Pages of the operator by ASP.NET's own authorization: a policy that asks for a right of the one table.</summary>
internal static class FleetAuthorization
{
    public const string ReadPolicy = "read fleet";
    public const string RightClaim = "right";
    private const string Scheme = "Mailfleet";

    public static IServiceCollection AddFleetAuthorization(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(Scheme, null);
        services.AddAuthorization(options => options.AddPolicy(
            ReadPolicy, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser().RequireClaim(RightClaim, nameof(Right.ReadFleet))));
        return services;
    }
}

/// <summary>
/// Makes the caller of a request its user, with their rights as claims. A page is shown for its cookie alone; whatever may change something needs our own
/// origin beside it, or a token.
/// </summary>
internal sealed class CallerAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // The only scheme is everybody's default, and the portal's forms are bound to nobody: elsewhere nobody is the user.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
            return AuthenticateResult.NoResult();

        bool isReading = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);
        Actor? actor = isReading && Request.Headers.Authorization.Count == 0
            ? (await callers.FindSignedInAsync(Context))?.ToActor(Client.Address(Context))
            : await callers.FindAsync(Context);
        if (actor is null)
            return AuthenticateResult.NoResult();

        // Rights of the fleet are held at its root alone; the table gives them to no other level.
        ClaimsIdentity identity = new(
            [new Claim(ClaimTypes.Name, actor.Login), .. actor.Rights.All.Select(right => new Claim(FleetAuthorization.RightClaim, right.ToString()))], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
