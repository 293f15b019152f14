namespace Mailfleet.Cell.Door;

/// <summary>What the cell now holds of one object.</summary>
/// <param name="Version">The version the cell holds; 0 when it holds none, or when the row was too malformed to be looked up.</param>
/// <param name="Refusal">Why the row could not be applied, or null when the cell has this version or a newer one.</param>
public sealed record AppliedRow(string Id, long Version, string? Refusal);
