namespace Mailfleet.Tenancy.Auditing;

/// <summary>Which entries of the audit; those given hold together.</summary>
/// <param name="Since">At this moment or later.</param>
/// <param name="Before">Before this moment.</param>
public sealed record AuditFilter(
    string? ObjectId = null, string? Actor = null, AuditAction? Action = null, DateTimeOffset? Since = null, DateTimeOffset? Before = null)
{
    public static AuditFilter None { get; } = new();
}
