namespace Mailfleet.Store.Compacting;

/// <summary>When disk space is given back.</summary>
public sealed record CompactionOptions
{
    /// <summary>A sealed segment is copied together when no more than this part of it is still needed: each byte given back costs at most one byte copied.</summary>
    public double LiveShare { get; init; } = 0.5;

    /// <summary>Segments younger than this are left alone, so that a commit whose outcome is unclear is settled long before its blob row could go.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A dead segment's file stays this long, because readers may have looked their blob up just before. In production: longer than the backup window.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);
}
