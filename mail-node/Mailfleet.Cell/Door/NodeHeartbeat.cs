namespace Mailfleet.Cell.Door;

/// <summary>A node as its cell knows it.</summary>
/// <param name="Version">Of its program; empty for a release that did not tell.</param>
/// <param name="IsAlive">Its lease runs, by the database's clock.</param>
public sealed record NodeHeartbeat(string Name, string Version, DateTimeOffset StartedAt, bool IsAlive);
