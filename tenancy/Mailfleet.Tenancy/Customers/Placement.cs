using System.Globalization;
using Mailfleet.Tenancy.Fleet;

namespace Mailfleet.Tenancy.Customers;

/// <summary>The cell a new customer goes to, and why.</summary>
public sealed record Placement(string Cell, string Reason)
{
    /// <summary>
    /// Of the cells that answer, the one that carries the least: bytes first, then mailboxes, then the name, so that everybody chooses the same. When none is
    /// known to answer the first by name: its changes wait for it.
    /// </summary>
    /// <param name="cells">The names of all cells.</param>
    /// <param name="known">What is known of some of them, and perhaps of cells that are no more.</param>
    public static Placement Choose(IEnumerable<string> cells, IReadOnlyCollection<CellStatus> known, DateTimeOffset now)
    {
        string[] ordered = [.. cells.Order(StringComparer.Ordinal)];
        if (ordered.Length == 1)
            return new Placement(ordered[0], "The only cell.");

        CellStatus[] reachable = [.. known.Where(cell => ordered.Contains(cell.Name) && cell.IsReachable(now))];
        CellStatus? least = reachable.OrderBy(cell => cell.UsedBytes).ThenBy(cell => cell.Mailboxes).ThenBy(cell => cell.Name, StringComparer.Ordinal).FirstOrDefault();
        return least is null
            ? new Placement(ordered[0], $"The first of {ordered.Length} cells by name; none had answered lately.")
            : new Placement(least.Name, string.Create(
                CultureInfo.InvariantCulture,
                $"Carries least of the {reachable.Length} of {ordered.Length} cells that answer: {least.UsedBytes} bytes, {least.Mailboxes} mailboxes."));
    }
}
