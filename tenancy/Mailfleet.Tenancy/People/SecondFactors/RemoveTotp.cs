using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>A person gives up the second factor, with a last code of it: a stolen cookie alone does not take it away.</summary>
public sealed record RemoveTotp(SignedIn Who, string Code, ClientInfo Client);

public sealed class RemoveTotpHandler
{
    private readonly TenantSessions _sessions;
    private readonly SecondFactorCheck _check;
    private readonly LogInThrottle _throttle;
    private readonly TimeProvider _clock;

    internal RemoveTotpHandler(TenantSessions sessions, SecondFactorCheck check, LogInThrottle throttle, TimeProvider clock) =>
        (_sessions, _check, _throttle, _clock) = (sessions, check, throttle, clock);

    public async Task<Outcome<PersonRow>> HandleAsync(RemoveTotp command, CancellationToken cancellationToken)
    {
        PersonRow who = command.Who.Person;
        var login = LoginName.Parse(who.Login);
        if (!await _throttle.TryChargeAsync(Factor.Code, login, who.Id, command.Client, cancellationToken))
            return Outcome<PersonRow>.Refused(new Refusal(ErrorCode.Throttled, "code", "Too many wrong codes. Wait a few minutes."));

        DateTimeOffset now = _clock.GetUtcNow();
        Actor actor = command.Who.ToActor(command.Client.Address);
        await using (IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken))
        {
            if (await PersonTable.LockAsync(session, who.Id, cancellationToken) is null
                || !await _check.TakeAsync(session, who.Id, command.Code, now, cancellationToken))
                return Outcome<PersonRow>.Refused(new Refusal(ErrorCode.Invalid, "code", "This code is not right, or has been used."));

            SecondFactorTable.Remove(session, who.Id);
            AuditTrail.Record(session, actor, new AuditChange(AuditAction.SecondFactorRemoved, who.Id.Value, who.Path), now);
            await session.SaveChangesAsync(cancellationToken);
        }

        await _throttle.RefundAsync(Factor.Code, login, who.Id, command.Client, cancellationToken);
        return Outcome<PersonRow>.Accepted(who with { HasSecondFactor = false });
    }
}
