namespace Mailfleet.Tenancy.Storage;

/// <summary>A slice of a list in one order.</summary>
/// <param name="Limit">Rows wanted at most.</param>
/// <param name="FromEnd">Takes the last rows of the range instead of the first; they still come in the list's order.</param>
/// <param name="After">Id that all rows come after, or null.</param>
/// <param name="Before">Id that all rows come before, or null.</param>
public sealed record PageRequest(int Limit, bool FromEnd = false, string? After = null, string? Before = null)
{
    public ListOrder Order { get; init; }
}
