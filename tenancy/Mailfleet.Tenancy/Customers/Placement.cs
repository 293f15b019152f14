namespace Mailfleet.Tenancy.Customers;

/// <summary>The cell a new customer goes to, and why.</summary>
public sealed record Placement(string Cell, string Reason)
{
    public static Placement Choose(IEnumerable<string> cells)
    {
        string[] ordered = [.. cells.Order(StringComparer.Ordinal)];
        return ordered.Length == 1
            ? new Placement(ordered[0], "The only cell.")
            : new Placement(ordered[0], $"The first of {ordered.Length} cells by name.");
    }
}
