namespace Mailfleet.Cell.Nodes;

/// <summary>One start of one node: its name in the cell and the epoch it got, unique in the cell for ever.</summary>
public sealed record NodeRegistration(string Name, long Epoch);
