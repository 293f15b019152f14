namespace Mailfleet.Node.Options;

/// <summary>Who is asked about names.</summary>
public sealed record ResolverOptions
{
    /// <summary>Resolvers, <c>address:port</c>, for the exchangers of other domains and for domain proofs; the system's when empty.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];
}
