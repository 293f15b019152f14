using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>A person wants an authenticator app. Nothing changes for log-ins until a first code is confirmed.</summary>
public sealed record BeginTotp(SignedIn Who);

/// <param name="Secret">To type into an app.</param>
/// <param name="Uri">The same as an address of the kind <c>otpauth</c>, for a picture that the app reads.</param>
public sealed record BeginTotpResult(string Secret, string Uri);

public sealed class BeginTotpHandler
{
    private readonly TenantSessions _sessions;
    private readonly TotpSeeds _seeds;
    private readonly TenancyOptions _options;

    internal BeginTotpHandler(TenantSessions sessions, TotpSeeds seeds, TenancyOptions options) => (_sessions, _seeds, _options) = (sessions, seeds, options);

    /// <summary>Asked again before the first code, it gives the same seed: who reloads the page has not photographed the wrong picture.</summary>
    public async Task<Outcome<BeginTotpResult>> HandleAsync(BeginTotp command, CancellationToken cancellationToken)
    {
        PersonRow who = command.Who.Person;
        await using IDocumentSession session = await _sessions.OpenTreeAsync(command.Who.ToActor(source: null), cancellationToken);
        if (await PersonTable.LockAsync(session, who.Id, cancellationToken) is null)
            return Outcome<BeginTotpResult>.Refused(Concurrency.Refusal("code"));
        SecondFactorTable.Seeds held = await SecondFactorTable.ReadAsync(session, who.Id, cancellationToken);
        if (held.Active is not null)
            return Outcome<BeginTotpResult>.Refused(new Refusal(ErrorCode.Conflict, "code", "There is a second factor already. Remove it first."));

        byte[] seed = held.Begun is null ? TotpSeeds.New() : _seeds.Open(who.Id, held.Begun);
        if (held.Begun is null)
        {
            SecondFactorTable.Begin(session, who.Id, _seeds.Seal(who.Id, seed));
            await session.SaveChangesAsync(cancellationToken);
        }

        string secret = TotpSeeds.ToText(seed);
        string issuer = Uri.EscapeDataString(_options.HostName);
        return Outcome<BeginTotpResult>.Accepted(new BeginTotpResult(secret, $"otpauth://totp/{issuer}:{Uri.EscapeDataString(who.Login)}?secret={secret}&issuer={issuer}"));
    }
}
