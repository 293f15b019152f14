using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>A person ends one of their own sessions: the one at hand (logging out), or another.</summary>
public sealed record EndSession(PersonId PersonId, SessionId SessionId);

public sealed class EndSessionHandler(TenantSessions sessions, TimeProvider clock)
{
    /// <summary>A session that has ended already, or is somebody else's, is left as it is: the answer is the same.</summary>
    public async Task<Outcome<EndSession>> HandleAsync(EndSession command, Actor actor, CancellationToken cancellationToken)
    {
        // A token is for programs: limited in what it may do, it has no say over where its person is logged in.
        if (actor.Person != command.PersonId || actor.Token is not null)
            return Outcome<EndSession>.Refused(new Refusal(ErrorCode.Forbidden, "sessionId", "Only the person themselves ends a session, not a token."));

        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        if (!await SessionTable.IsOpenAsync(session, command.PersonId, command.SessionId, cancellationToken))
            return Outcome<EndSession>.Accepted(command);

        SessionTable.Delete(session, command.PersonId, command.SessionId);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.SessionEnded, command.PersonId.Value, actor.Place, Before: new { Session = command.SessionId }), clock.GetUtcNow());
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<EndSession>.Accepted(command);
    }
}
