using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Events;

/// <param name="Data">JSON.</param>
public sealed record EventRow(EventId Id, string Type, string ObjectId, string Data, DateTimeOffset At, EventCursor Cursor);
