namespace Mailfleet.Cell.Door;

/// <summary>Asks what became of one customer's mail. Each condition that is given must hold.</summary>
/// <param name="Customer">Public id, <c>cus_…</c>; nothing of any other customer is found.</param>
/// <param name="Limit">Entries of a page, 1 to 1,000.</param>
public sealed record TraceQuery(string Customer, int Limit)
{
    /// <summary>Not before.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Envelope sender, in any case.</summary>
    public string? Sender { get; init; }

    /// <summary>Recipient, in any case.</summary>
    public string? Recipient { get; init; }

    public TraceResult? Result { get; init; }

    /// <summary>Name of a message: all tries of all its recipients.</summary>
    public string? Message { get; init; }

    /// <summary>The last entry of the page before; the first page without.</summary>
    public TracePlace? After { get; init; }
}
