namespace Mailfleet.Queue;

/// <param name="Outcomes">One for each recipient of the attempt, in order.</param>
public sealed record AttemptResult(IReadOnlyList<AttemptOutcome> Outcomes, SiteHealth Health);
