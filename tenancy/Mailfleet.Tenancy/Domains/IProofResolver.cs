namespace Mailfleet.Tenancy.Domains;

/// <summary>Sees whether a domain's owner has published our token.</summary>
public interface IProofResolver
{
    /// <summary>True only when every resolver answers with the value; an error, a timeout or a different answer of one of them is false.</summary>
    Task<bool> IsProvenAsync(string name, string value, CancellationToken cancellationToken);
}
