using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>Takes a code once: one of the app, later than the last one taken, or one of the recovery codes.</summary>
internal sealed class SecondFactorCheck(TotpSeeds seeds)
{
    /// <summary>True when the code was right; using it up is then part of the session's save. The person's row has to be locked.</summary>
    public async Task<bool> TakeAsync(IDocumentSession session, PersonId person, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SecondFactorTable.Seeds held = await SecondFactorTable.ReadAsync(session, person, cancellationToken);
        if (held.Active is null)
            return false;

        string plain = code.Replace(" ", "", StringComparison.Ordinal);
        if (TotpSeeds.FindStep(seeds.Open(person, held.Active), plain, now) is { } step)
        {
            if (step <= held.Step)
                return false; // RFC 6238 §5.2: a code must not be taken twice
            SecondFactorTable.SetStep(session, person, step);
            return true;
        }

        if (RecoveryCodes.Hash(code) is not { } recovery || !await SecondFactorTable.HasRecoveryCodeAsync(session, person, recovery, cancellationToken))
            return false;
        SecondFactorTable.UseRecoveryCode(session, person, recovery);
        return true;
    }
}
