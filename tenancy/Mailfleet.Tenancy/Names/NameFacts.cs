namespace Mailfleet.Tenancy.Names;

/// <summary>What is known of a name under its lock.</summary>
/// <param name="Claim">The name's claim, live or not; null when nobody ever held it.</param>
/// <param name="HasForeignRelative">A proven name above or below belongs to another customer.</param>
public sealed record NameFacts(NameKind Kind, NameClaim? Claim, bool HasForeignRelative);
