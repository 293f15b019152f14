using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Domains;

/// <param name="Name">As A-labels.</param>
/// <param name="ProofValue">What the TXT record has to say while the domain is not proven.</param>
/// <param name="ReservedUntil">When the name is freed if it is not proven by then; null for one that is proven at once.</param>
public sealed record DomainAdded(
    DomainId Domain, CustomerId Customer, string Name, string ProofValue, DateTimeOffset? ReservedUntil, DateTimeOffset At);

/// <summary>How a domain came to be proven. Names are stored and never change meaning.</summary>
public enum DomainProofKind
{
    /// <summary>Its TXT record was seen by every resolver.</summary>
    Txt,

    /// <summary>Its operator, or the host under whose own name it is, answers for it.</summary>
    Vouched,
}

/// <param name="By">Login of whoever asked for the check or vouched.</param>
public sealed record DomainProven(DomainId Domain, DomainProofKind Kind, string By, DateTimeOffset At);

/// <summary>Its mail has gone elsewhere for so long that it is not ours any more: no mail for it is local until it is proven again.</summary>
public sealed record DomainProofLost(DomainId Domain, string Reason, DateTimeOffset ReservedUntil, DateTimeOffset At);

/// <summary>The claim has ended; the name may belong to another domain object.</summary>
public sealed record DomainReleased(DomainId Domain, string Reason, DateTimeOffset At);

public enum DomainStage
{
    AwaitingProof,
    Proven,
    Released,
}

public sealed record Domain(
    DomainId Id, CustomerId Customer, DomainName Name, DomainStage Stage, string ProofValue, DateTimeOffset? ReservedUntil) : IEventSourced<Domain>
{
    /// <summary>How it came to be proven; null while it never was.</summary>
    public DomainProofKind? Proof { get; init; }

    /// <summary>Name of the TXT record that proves the domain.</summary>
    public string ProofName => $"_mailfleet.{Name}";

    public bool IsExpired(DateTimeOffset now) => Stage == DomainStage.AwaitingProof && now >= ReservedUntil;

    public static Domain? Apply(Domain? state, object change) => (state, change) switch
    {
        (null, DomainAdded e) =>
            new Domain(e.Domain, e.Customer, DomainName.Parse(e.Name), DomainStage.AwaitingProof, e.ProofValue, e.ReservedUntil),
        ({ } domain, DomainProven e) => domain with { Stage = DomainStage.Proven, ReservedUntil = null, Proof = e.Kind },
        ({ } domain, DomainProofLost e) => domain with { Stage = DomainStage.AwaitingProof, ReservedUntil = e.ReservedUntil },
        ({ } domain, DomainReleased) => domain with { Stage = DomainStage.Released, ReservedUntil = null },
        _ => state,
    };
}
