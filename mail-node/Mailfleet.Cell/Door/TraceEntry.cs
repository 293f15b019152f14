namespace Mailfleet.Cell.Door;

/// <summary>One try, or other outcome, of one recipient of a message that left the cell.</summary>
/// <param name="Message">Names the message within its cell; the same for all its recipients and tries.</param>
/// <param name="Sender">Envelope sender; empty for a report.</param>
/// <param name="Attempt">Which try it was, from 1.</param>
/// <param name="Reply">The other host's reply, or our own words when it gave none.</param>
/// <param name="Host">Name and address of the host that answered.</param>
/// <param name="Tls">Version of TLS on the way; null without.</param>
public sealed record TraceEntry(
    DateTimeOffset At, string Message, string Sender, string Recipient, TraceResult Result, int Attempt, string? Reply, string? Host, string? Tls)
{
    /// <summary>Where the next page begins.</summary>
    public TracePlace Place => new(At, Message, Recipient);
}
