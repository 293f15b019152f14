using Mailfleet.Tenancy.SignUps;
using Marten;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Finds a sign-up by its token, before its tenant is known.</summary>
public sealed class FleetSignUps(TenantSessions sessions)
{
    public async Task<SignUpRecord?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(Actor.Visitor, cancellationToken);
        return await session.LoadAsync<SignUpRecord>(SignUpRecord.Key(token), cancellationToken);
    }
}
