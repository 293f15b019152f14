using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Names;

/// <summary>Who holds a domain name. One document a name, shared by all tenants, so that a name has one holder in the fleet.</summary>
public sealed record NameClaim
{
    /// <summary>The name as A-labels: the document's key.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="DomainName.Reversed"/>, to find what is below a name by prefix.</summary>
    public required string Reversed { get; init; }

    public required CustomerId Customer { get; init; }

    public required DomainId Domain { get; init; }

    public bool IsProven { get; init; }

    /// <summary>When an unproven claim ends; null once proven.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsLive(DateTimeOffset now) => IsProven || now < ExpiresAt;

    public static NameClaim Pending(DomainName name, CustomerId customer, DomainId domain, DateTimeOffset expiresAt) =>
        new() { Id = name.Value, Reversed = name.Reversed, Customer = customer, Domain = domain, ExpiresAt = expiresAt };

    public static NameClaim Proven(DomainName name, CustomerId customer, DomainId domain) =>
        new() { Id = name.Value, Reversed = name.Reversed, Customer = customer, Domain = domain, IsProven = true };
}
