using Mailfleet.Tenancy;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.Security;

/// <summary>Who stands behind a request: a bearer token for programs, a session's cookie for browsers.</summary>
internal sealed class Callers(BearerTokens tokens, FleetPeople people, OwnOrigin ownOrigin, TimeProvider clock)
{
    /// <summary>
    /// Null for nobody. A token that is shown decides alone. A browser sends its cookie along with other sites' requests too, so the cookie counts only
    /// together with our own origin.
    /// </summary>
    public async Task<Actor?> FindAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count > 0)
            return await tokens.FindAsync(context) is { } actor ? actor with { Source = Client.Address(context) } : null;
        return ownOrigin.IsNamedBy(context) && await FindSignedInAsync(context) is { } signedIn ? signedIn.ToActor(Client.Address(context)) : null;
    }

    /// <summary>Whoever the cookie belongs to. For pages, which show and change nothing without a form of their own.</summary>
    public async Task<SignedIn?> FindSignedInAsync(HttpContext context) =>
        SessionCookie.Read(context.Request) is { } token ? await people.FindBySessionAsync(token, clock.GetUtcNow(), context.RequestAborted) : null;
}
