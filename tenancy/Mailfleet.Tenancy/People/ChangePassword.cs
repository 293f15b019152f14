using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People;

/// <summary>A person who is logged in changes the password. Every session ends; the browser at hand gets a new one.</summary>
public sealed record ChangePassword(SignedIn Who, string OldPassword, string NewPassword, ClientInfo Client);

/// <param name="Token">The new session's, for the browser's cookie.</param>
public sealed record ChangePasswordResult(string Token);

public sealed class ChangePasswordHandler
{
    private readonly TenantSessions _sessions;
    private readonly FleetPeople _people;
    private readonly LogInThrottle _throttle;
    private readonly PasswordChecks _checks;
    private readonly TimeProvider _clock;

    internal ChangePasswordHandler(TenantSessions sessions, FleetPeople people, LogInThrottle throttle, PasswordChecks checks, TimeProvider clock) =>
        (_sessions, _people, _throttle, _checks, _clock) = (sessions, people, throttle, checks, clock);

    public async Task<Outcome<ChangePasswordResult>> HandleAsync(ChangePassword command, CancellationToken cancellationToken)
    {
        PersonRow person = command.Who.Person;
        var login = LoginName.Parse(person.Login);
        if (PasswordPolicy.FindFault(command.NewPassword, login.LocalPart.Value) is { } fault)
            return Refuse(ErrorCode.PasswordTooWeak, "newPassword", fault);

        // Throttled like a log-in: a stolen cookie must not become a way to guess the password.
        if (!await _throttle.TryChargeAsync(Factor.Password, login, person.Id, command.Client, cancellationToken))
            return Refuse(ErrorCode.Throttled, "oldPassword", "Too many wrong passwords. Wait a few minutes.");
        string? oldHash = await _people.FindHashAsync(person.Id, cancellationToken);
        if (!await _checks.IsRightAsync(command.OldPassword, oldHash, cancellationToken))
            return Refuse(ErrorCode.Invalid, "oldPassword", "This is not your password.");

        await _throttle.RefundAsync(Factor.Password, login, person.Id, command.Client, cancellationToken);
        string hash = PasswordHash.Create(command.NewPassword); // costly on purpose, so before the transaction
        return await SaveAsync(command, oldHash, hash, cancellationToken);
    }

    private async Task<Outcome<ChangePasswordResult>> SaveAsync(ChangePassword command, string? oldHash, string hash, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        PersonRow person = command.Who.Person;
        Actor actor = command.Who.ToActor(command.Client.Address);
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        if (await PersonTable.LockAsync(session, person.Id, cancellationToken) is null
            || await PersonTable.FindHashAsync(session, person.Id, cancellationToken) != oldHash)
            return Outcome<ChangePasswordResult>.Refused(Concurrency.Refusal("oldPassword"));

        string token = SecretToken.New();
        PersonTable.SetPassword(session, person.Id, hash);
        SessionTable.Insert(session, person.Id, SessionId.New(now), token, command.Client, now);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.PasswordSet, person.Id.Value, person.Path, After: new { By = "person" }), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<ChangePasswordResult>.Accepted(new ChangePasswordResult(token));
    }

    private static Outcome<ChangePasswordResult> Refuse(ErrorCode code, string field, string message) =>
        Outcome<ChangePasswordResult>.Refused(new Refusal(code, field, message));
}
