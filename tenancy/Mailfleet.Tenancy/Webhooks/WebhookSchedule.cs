namespace Mailfleet.Tenancy.Webhooks;

/// <summary>When a delivery that failed is tried again: soon at first, for a restart over there, then for three days, for a weekend.</summary>
internal static class WebhookSchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Null after the last attempt.</summary>
    public static DateTimeOffset? NextAt(int attempts, DateTimeOffset now) => attempts <= Pauses.Length ? now + Pauses[attempts - 1] : null;
}
