namespace Mailfleet.Tenancy.Storage;

/// <summary>Where a job stands.</summary>
/// <param name="IsRunning">A run is under way: it has a cursor to go on from.</param>
/// <param name="Done">Objects changed in the run under way or the last one.</param>
/// <param name="Fault">Of the last slice; null when it went well.</param>
public sealed record JobStatus(string Name, bool IsRunning, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long Done, string? Fault);
