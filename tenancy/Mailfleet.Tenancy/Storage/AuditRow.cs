using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Storage;

/// <param name="Actor">Log-in of whoever did it.</param>
/// <param name="ActorId">Person or token behind it; null for what acts by itself.</param>
/// <param name="Before">JSON of what changed, as it was; null for something new.</param>
/// <param name="After">JSON of the same as it became; null for something removed.</param>
/// <param name="Source">The client's address; null for what acts by itself.</param>
public sealed record AuditRow(
    AuditId Id, DateTimeOffset At, string Actor, string? ActorId, Role Role, string? OnBehalfOf, AuditAction Action, string ObjectId, string? Before,
    string? After, string? Source);
