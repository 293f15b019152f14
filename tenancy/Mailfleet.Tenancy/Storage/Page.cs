namespace Mailfleet.Tenancy.Storage;

/// <summary>Rows in ascending order, and whether there are more on either side.</summary>
public sealed record Page<TRow>(IReadOnlyList<TRow> Rows, bool HasNext, bool HasPrevious);
