namespace Mailfleet.Tenancy.RecurringJobs;

/// <summary>What came of a slice.</summary>
/// <param name="Cursor">Where the next slice goes on; null when the run is over.</param>
/// <param name="Done">How many objects it has changed.</param>
public sealed record JobSlice(string? Cursor, int Done);
