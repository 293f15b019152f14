using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>A person shows log-in and password.</summary>
public sealed record LogIn(string Login, string Password, ClientInfo Client);

public sealed class LogInHandler
{
    private readonly TenantSessions _sessions;
    private readonly FleetPeople _people;
    private readonly LogInThrottle _throttle;
    private readonly PasswordChecks _checks;
    private readonly TimeProvider _clock;

    internal LogInHandler(TenantSessions sessions, FleetPeople people, LogInThrottle throttle, PasswordChecks checks, TimeProvider clock) =>
        (_sessions, _people, _throttle, _checks, _clock) = (sessions, people, throttle, checks, clock);

    /// <summary>Every log-in makes a session of its own with a new token, so that none handed out before it is worth anything more.</summary>
    public async Task<LogInResult> HandleAsync(LogIn command, CancellationToken cancellationToken)
    {
        if (!LoginName.TryParse(command.Login, out LoginName login, out _))
            return new LogInResult.Wrong(); // what nobody can have as a log-in costs no check and tells nothing

        (PersonRow Person, string? Hash)? found = await _people.FindByLoginAsync(login, cancellationToken);
        if (!await _throttle.TryChargeAsync(Factor.Password, login, found?.Person.Id, command.Client, cancellationToken))
            return new LogInResult.Throttled();
        if (!await _checks.IsRightAsync(command.Password, found?.Hash, cancellationToken) || found is not { Person: var person, Hash: { } checkedHash })
            return new LogInResult.Wrong();

        await _throttle.RefundAsync(Factor.Password, login, person.Id, command.Client, cancellationToken);
        return await OpenAsync(person, checkedHash, command.Client, cancellationToken);
    }

    private async Task<LogInResult> OpenAsync(PersonRow person, string checkedHash, ClientInfo client, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        var id = SessionId.New(now);
        string token = SecretToken.New();
        Actor actor = new SignedIn(person, id).ToActor(client.Address);
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);

        // Under the row's lock: a password that was changed during the check opens nothing any more.
        if (await PersonTable.LockAsync(session, person.Id, cancellationToken) is not { } locked
            || await PersonTable.FindHashAsync(session, person.Id, cancellationToken) != checkedHash)
            return new LogInResult.Wrong();

        SessionTable.DeleteExpired(session, now);
        if (locked.HasSecondFactor)
        {
            SessionTable.InsertHalf(session, person.Id, id, token, client, now);
            await session.SaveChangesAsync(cancellationToken);
            return new LogInResult.CodeNeeded(token);
        }

        SessionTable.Insert(session, person.Id, id, token, client, now);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.LoggedIn, person.Id.Value, person.Path, After: new { Session = id, client.UserAgent }), now);
        await session.SaveChangesAsync(cancellationToken);
        return new LogInResult.Opened(person, token);
    }
}
