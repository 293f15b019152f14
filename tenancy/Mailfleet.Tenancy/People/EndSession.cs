using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>A person ends one of their own sessions: the one at hand (logging out), or another.</summary>
/// <param name="Source">The client's address, for the audit.</param>
public sealed record EndSession(SignedIn Who, SessionId SessionId, string Source);

public sealed class EndSessionHandler(TenantSessions sessions, TimeProvider clock)
{
    /// <summary>A session that has ended already, or is somebody else's, is left as it is: the answer is the same.</summary>
    public async Task HandleAsync(EndSession command, CancellationToken cancellationToken)
    {
        PersonRow person = command.Who.Person;
        Actor actor = command.Who.ToActor(command.Source);
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        if (!await SessionTable.IsOpenAsync(session, person.Id, command.SessionId, cancellationToken))
            return;

        SessionTable.Delete(session, person.Id, command.SessionId);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.SessionEnded, person.Id.Value, person.Path, Before: new { Session = command.SessionId }), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
    }
}
