using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.Support;

/// <summary>A customer says whether somebody may stand in for them. Only they themselves: who wants in does not give the consent.</summary>
/// <param name="IsNeeded">False: reseller and support may come in with a reason at any time.</param>
/// <param name="AllowedUntil">Consent, when it is needed: until then. Null: none.</param>
public sealed record SetSupportConsent(CustomerId CustomerId, bool IsNeeded, DateTimeOffset? AllowedUntil);

public sealed class SetSupportConsentHandler(TenantSessions sessions, TimeProvider clock)
{
    private static readonly TimeSpan MaxConsent = TimeSpan.FromDays(30); // longer is no consent but a habit: say that none is needed

    public static Refusal? Decide(SubtreePath? place, SetSupportConsent command, Actor actor, DateTimeOffset now)
    {
        if (actor.FindRefusal(Right.SetSupportConsent, place, "customerId", "customer") is { } refusal)
            return refusal;
        if (RoleRights.LevelOf(actor.Role) != Level.Customer || actor.OnBehalfOf is not null)
            return new Refusal(ErrorCode.Forbidden, "customerId", "Only the customer's own people give this consent.");
        return command.AllowedUntil > now + MaxConsent
            ? new Refusal(ErrorCode.Invalid, "allowedUntil", "Consent is given for 30 days at most.")
            : null;
    }

    public async Task<Outcome<SetSupportConsent>> HandleAsync(SetSupportConsent command, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using IDocumentSession session = await sessions.OpenTreeAsync(actor, cancellationToken);
        SubtreePath? place = await FleetPlaces.FindAsync(session, command.CustomerId, cancellationToken);
        if (Decide(place, command, actor, now) is { } refusal)
            return Outcome<SetSupportConsent>.Refused(refusal);

        DateTimeOffset? before = await SupportConsentTable.HoldAsync(session, command.CustomerId, cancellationToken);
        DateTimeOffset? after = command.IsNeeded ? command.AllowedUntil?.ToUniversalTime() ?? now : null;
        SupportConsentTable.Put(session, command.CustomerId, after);
        if (command.IsNeeded && after <= now)
            TokenTable.RevokeStandIns(session, command.CustomerId); // taken back, it ends who is inside
        AuditTrail.Record(
            session, actor,
            new AuditChange(
                AuditAction.SupportConsentSet, command.CustomerId.Value, place!.Value, new { IsNeeded = before is not null, AllowedUntil = before },
                new { command.IsNeeded, AllowedUntil = after }),
            now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<SetSupportConsent>.Accepted(command);
    }
}
