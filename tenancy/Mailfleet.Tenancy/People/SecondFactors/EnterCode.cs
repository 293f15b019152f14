using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>The second half of a log-in.</summary>
/// <param name="Token">Of the half session that the password opened.</param>
/// <param name="Code">The app's, or a recovery code.</param>
public sealed record EnterCode(string Token, string Code, ClientInfo Client);

public sealed class EnterCodeHandler
{
    private readonly TenantSessions _sessions;
    private readonly FleetPeople _people;
    private readonly SecondFactorCheck _check;
    private readonly LogInThrottle _throttle;
    private readonly TimeProvider _clock;

    internal EnterCodeHandler(TenantSessions sessions, FleetPeople people, SecondFactorCheck check, LogInThrottle throttle, TimeProvider clock) =>
        (_sessions, _people, _check, _throttle, _clock) = (sessions, people, check, throttle, clock);

    /// <summary>Opens a whole session with a new token; the half one is over. Null when there is no half session: log in again.</summary>
    public async Task<LogInResult?> HandleAsync(EnterCode command, CancellationToken cancellationToken)
    {
        if (await _people.FindHalfAsync(command.Token, _clock.GetUtcNow(), cancellationToken) is not { } half)
            return null;

        // Buckets of their own: who knows the password cannot guess the code, and only this host empties them.
        var login = LoginName.Parse(half.Person.Login);
        if (!await _throttle.TryChargeAsync(Factor.Code, login, half.Person.Id, command.Client, cancellationToken))
            return new LogInResult.Throttled();

        LogInResult? result = await OpenAsync(half, command, cancellationToken);
        if (result is LogInResult.Opened)
            await _throttle.RefundAsync(Factor.Code, login, half.Person.Id, command.Client, cancellationToken);
        return result;
    }

    private async Task<LogInResult?> OpenAsync(SignedIn half, EnterCode command, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        PersonRow person = half.Person;
        Actor actor = half.ToActor(command.Client.Address);
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        if (await PersonTable.LockAsync(session, person.Id, cancellationToken) is null
            || !await SessionTable.IsOpenAsync(session, person.Id, half.Session, cancellationToken))
            return null;
        if (!await _check.TakeAsync(session, person.Id, command.Code, now, cancellationToken))
            return new LogInResult.Wrong();

        var id = SessionId.New(now);
        string token = SecretToken.New();
        SessionTable.Delete(session, person.Id, half.Session);
        SessionTable.Insert(session, person.Id, id, token, command.Client, now);
        AuditTrail.Record(
            session, actor, new AuditChange(AuditAction.LoggedIn, person.Id.Value, person.Path, After: new { Session = id, command.Client.UserAgent }), now);
        await session.SaveChangesAsync(cancellationToken);
        return new LogInResult.Opened(person, token);
    }
}
