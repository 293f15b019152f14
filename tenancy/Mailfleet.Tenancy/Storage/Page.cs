namespace Mailfleet.Tenancy.Storage;

/// <summary>Rows in the list's order, and whether there are more on either side.</summary>
public sealed record Page<TRow>(IReadOnlyList<TRow> Rows, bool HasNext, bool HasPrevious)
{
    /// <param name="rows">In the order they were read, with one more than asked for when there is another page.</param>
    internal static Page<TRow> Of(List<TRow> rows, PageRequest page)
    {
        bool hasMore = rows.Count > page.Limit;
        if (hasMore)
            rows.RemoveAt(page.Limit);
        if (page.FromEnd)
            rows.Reverse();
        return page.FromEnd
            ? new Page<TRow>(rows, HasNext: page.Before is not null, HasPrevious: hasMore)
            : new Page<TRow>(rows, HasNext: hasMore, HasPrevious: page.After is not null);
    }
}
