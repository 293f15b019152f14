namespace Mailfleet.Cell.Door;

/// <summary>A place in the order of a trace: by time, then message, then recipient.</summary>
public sealed record TracePlace(DateTimeOffset At, string Message, string Recipient);
