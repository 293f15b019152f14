namespace Mailfleet.Store.Changes;

/// <summary>What became of e-mails in a stretch of changes, each in one list only; an e-mail that came and went within it is in none (RFC 8620 §5.2).</summary>
/// <param name="Updated">Marked anew or moved.</param>
/// <param name="Until">Where the next page begins.</param>
/// <param name="HasMore">There are changes after <paramref name="Until"/>.</param>
public sealed record EmailChanges(IReadOnlyList<long> Created, IReadOnlyList<long> Updated, IReadOnlyList<long> Destroyed, ChangeCursor Until, bool HasMore);
