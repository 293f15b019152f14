using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>The customer enters a stage.</summary>
/// <param name="Until">When it ends by itself; null for never.</param>
/// <param name="NoticeAt">When that is to be announced.</param>
/// <param name="RefusalText">What senders are told in it, where mail is not taken.</param>
public sealed record CustomerStageSet(
    CustomerId Customer, CustomerStage From, CustomerStage To, DateTimeOffset? Until, DateTimeOffset? NoticeAt, string? RefusalText, string Reason, string By, DateTimeOffset At);

/// <summary>The customer was told what comes next, and when.</summary>
public sealed record CustomerStageAnnounced(CustomerId Customer, CustomerStage Next, DateTimeOffset DueAt, DateTimeOffset At);

/// <summary>Time changes nothing until the hold is released.</summary>
public sealed record CustomerHeld(CustomerId Customer, string Reason, string By, DateTimeOffset At);

/// <param name="Until">When the stage ends now; null for never.</param>
/// <param name="NoticeAt">When that is to be announced.</param>
public sealed record CustomerHoldReleased(CustomerId Customer, DateTimeOffset? Until, DateTimeOffset? NoticeAt, string By, DateTimeOffset At);
