namespace Mailfleet.Store.Messages;

/// <summary>What became of each message, by e-mail id. A message in none of the lists is gone.</summary>
/// <param name="Changed">Marked anew.</param>
/// <param name="Unchanged">Was marked so before.</param>
/// <param name="Modified">Not touched: it has changed since the modseq that the caller knows (RFC 7162 §3.1.3).</param>
/// <param name="Refused">Not touched: it would carry too many keywords.</param>
public sealed record FlagResult(IReadOnlyList<long> Changed, IReadOnlyList<long> Unchanged, IReadOnlyList<long> Modified, IReadOnlyList<long> Refused);
