namespace Mailfleet.Tenancy.Auditing;

/// <summary>What was changed.</summary>
/// <param name="Path">Place of the object: who sees the place, and may read the audit, sees the entry.</param>
/// <param name="Before">Properties that changed, as they were; null for something new. Never a secret.</param>
/// <param name="After">The same properties as they are; null for something removed.</param>
internal sealed record AuditChange(AuditAction Action, string ObjectId, SubtreePath Path, object? Before = null, object? After = null);
