using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Lifecycle;

/// <summary>The customer enters a stage.</summary>
/// <param name="Until">When it ends by itself; null for never.</param>
/// <param name="NoticeAt">When that is to be announced.</param>
/// <param name="RefusalText">What senders are told in it, where mail is not taken.</param>
public sealed record CustomerStageSet(
    CustomerId Customer, CustomerStage From, CustomerStage To, DateTimeOffset? Until, DateTimeOffset? NoticeAt, string? RefusalText, string Reason, string By, DateTimeOffset At);
