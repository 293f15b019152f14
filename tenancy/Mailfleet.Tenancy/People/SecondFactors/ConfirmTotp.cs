using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>The app shows the right code: from now on every log-in asks for one. The other sessions end, for they came without.</summary>
/// <param name="Source">The client's address, for the audit.</param>
public sealed record ConfirmTotp(SignedIn Who, string Code, string Source);

/// <param name="RecoveryCodes">Shown once and kept nowhere.</param>
public sealed record ConfirmTotpResult(IReadOnlyList<string> RecoveryCodes);

public sealed class ConfirmTotpHandler
{
    private readonly TenantSessions _sessions;
    private readonly TotpSeeds _seeds;
    private readonly TimeProvider _clock;

    internal ConfirmTotpHandler(TenantSessions sessions, TotpSeeds seeds, TimeProvider clock) => (_sessions, _seeds, _clock) = (sessions, seeds, clock);

    public async Task<Outcome<ConfirmTotpResult>> HandleAsync(ConfirmTotp command, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        PersonRow who = command.Who.Person;
        Actor actor = command.Who.ToActor(command.Source);
        await using IDocumentSession session = await _sessions.OpenTreeAsync(actor, cancellationToken);
        if (await PersonTable.LockAsync(session, who.Id, cancellationToken) is null)
            return Refused;
        SecondFactorTable.Seeds held = await SecondFactorTable.ReadAsync(session, who.Id, cancellationToken);
        if (held.Active is not null || held.Begun is null
            || TotpSeeds.FindStep(_seeds.Open(who.Id, held.Begun), command.Code.Replace(" ", "", StringComparison.Ordinal), now) is not { } step)
            return Refused;

        IReadOnlyList<string> codes = RecoveryCodes.New();
        SecondFactorTable.Activate(session, who.Id, step, codes.Select(code => RecoveryCodes.Hash(code)!));
        SessionTable.DeleteOthers(session, who.Id, command.Who.Session);
        AuditTrail.Record(session, actor, new AuditChange(AuditAction.SecondFactorAdded, who.Id.Value, who.Path), now);
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<ConfirmTotpResult>.Accepted(new ConfirmTotpResult(codes));
    }

    private static Outcome<ConfirmTotpResult> Refused { get; } =
        Outcome<ConfirmTotpResult>.Refused(new Refusal(ErrorCode.Invalid, "code", "This is not the code that the app shows now."));
}
