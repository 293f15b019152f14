namespace Mailfleet.Tenancy.SignUps;

/// <summary>Use cases of the sign-up portal.</summary>
public interface ISignUps
{
    Task<Outcome<SignUpReceipt>> SignUpAsync(SignUp command, CancellationToken cancellationToken);

    /// <summary>Null for an unknown token.</summary>
    Task<SignUpStatus?> FindAsync(string token, CancellationToken cancellationToken);

    /// <summary>Looks for the TXT record now, and completes the sign-up when it is there.</summary>
    Task<Outcome<SignUpStatus>> CheckProofAsync(string token, CancellationToken cancellationToken);
}
