using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Tokens;

/// <summary>Ends a token, and with it those it has made.</summary>
public sealed record RevokeToken(TokenId TokenId);

public sealed class RevokeTokenHandler(TenantSessions sessions, TimeProvider clock)
{
    /// <summary>Everybody may end their own; those of others end who manages tokens there, and a token itself.</summary>
    public static Refusal? Decide(TokenRow? token, Actor actor)
    {
        bool isOwn = token is not null && ((token.Person is not null && token.Person == actor.Person && actor.Token is null) || token.Id == actor.Token);
        return isOwn ? null : actor.FindRefusal(Right.RevokeToken, token?.Path, "tokenId", "token");
    }

    public async Task<Outcome<TokenRow>> HandleAsync(RevokeToken command, Actor actor, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        TokenRow? token = await TokenTable.FindAsync(session, command.TokenId, cancellationToken);
        if (token is not null)
        {
            await TokenTable.LockFamilyAsync(session, token.Person, cancellationToken);
            token = await TokenTable.FindAsync(session, command.TokenId, cancellationToken);
        }

        if (Decide(token, actor) is { } refusal)
            return Outcome<TokenRow>.Refused(refusal);

        TokenTable.Revoke(session, token!.Id);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.TokenRevoked, token.Id.Value, token.Path, Before: new { token.Name, token.Node }), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<TokenRow>.Accepted(token);
    }
}
