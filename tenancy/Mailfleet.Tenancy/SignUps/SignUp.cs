namespace Mailfleet.Tenancy.SignUps;

/// <summary>A visitor becomes a customer: company, domain and first mailbox in one step.</summary>
/// <param name="Plan">Code of a plan that is on sale; <c>trial</c> for now.</param>
/// <param name="Domain">Full name as typed: an own domain, or <c>NAME.{host name}</c> for a free one.</param>
/// <param name="Mailbox">Local part of the first mailbox; with its password also the owner's log-in.</param>
/// <param name="Email">Contact outside, optional.</param>
/// <param name="Language"><c>en</c> or <c>zh-Hans</c>.</param>
public sealed record SignUp(string Company, string Plan, string Domain, string Mailbox, string Password, string? Email, string Language)
{
    /// <summary>The client's address, for the audit.</summary>
    public string? Source { get; init; }
}

/// <param name="Token">Unguessable; names the sign-up's own page.</param>
public sealed record SignUpReceipt(string Token);

public enum SignUpStage
{
    /// <summary>Domain proven; the mailbox works as soon as provisioning says Applied.</summary>
    Complete,

    /// <summary>An own domain waits for its TXT record.</summary>
    AwaitingProof,

    /// <summary>Not proven in time; the name is free again.</summary>
    Expired,
}

/// <summary>What the sign-up's page shows.</summary>
/// <param name="DomainName">As people read it (Unicode).</param>
/// <param name="IsMailboxLive">The cell has the mailbox.</param>
/// <param name="ProofName">Name of the TXT record that proves the domain, or null for a free one.</param>
/// <param name="ReservedUntil">When an unproven name is freed, or null.</param>
public sealed record SignUpStatus(
    SignUpStage Stage, string Company, string DomainName, string Address, bool IsMailboxLive, string? ProofName, string? ProofValue, DateTimeOffset? ReservedUntil);
