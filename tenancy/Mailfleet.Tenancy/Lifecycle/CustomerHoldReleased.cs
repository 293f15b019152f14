using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <param name="Until">When the stage ends now; null for never.</param>
/// <param name="NoticeAt">When that is to be announced.</param>
public sealed record CustomerHoldReleased(CustomerId Customer, DateTimeOffset? Until, DateTimeOffset? NoticeAt, string By, DateTimeOffset At);
