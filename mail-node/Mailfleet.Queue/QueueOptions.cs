namespace Mailfleet.Queue;

/// <summary>How the queue works; each default has its reason beside it.</summary>
public sealed record QueueOptions
{
    /// <summary>Five days, as RFC 5321 §4.5.4.1 asks for (four to five): a server that is down over a long weekend loses nothing.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>After this a sender is told that the message still waits: the working day is long enough to do something about it.</summary>
    public TimeSpan DelayReportAfter { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Waits after the first, second … try; the last one goes on. Greylisting lets the second pass; RFC 5321 §4.5.4.1 asks for at least 30 minutes later on.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } =
        [.. ((int[])[2, 5, 10, 20, 40, 60, 120, 240]).Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <summary>How long a destination that could not be spoken to is left alone, doubled each time up to the limit below.</summary>
    public TimeSpan DownFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Half an hour: what waits behind a destination that has come back waits no longer than a first retry would.</summary>
    public TimeSpan DownForAtMost { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Recipients a node holds in memory, some 500 bytes each; the rest waits as rows.</summary>
    public int HeldRecipients { get; init; } = 20_000;

    /// <summary>Recipients of one claim, and of one tenant in it: one transaction of some milliseconds.</summary>
    public int ClaimRecipients { get; init; } = 2_000;

    public int ClaimRecipientsPerTenant { get; init; } = 200;

    /// <summary>Transactions at one time, to all destinations.</summary>
    public int Connections { get; init; } = 200;

    /// <summary>Transactions to one destination at first: enough to be quick, too few to hurt.</summary>
    public int FirstWindow { get; init; } = 5;

    /// <summary>And at most, while it takes them: what large providers allow one address.</summary>
    public int LargestWindow { get; init; } = 20;

    /// <summary>Recipients of one transaction: RFC 5321 §4.5.3.1.8 has servers take at least a hundred.</summary>
    public int RecipientsPerTransaction { get; init; } = 100;

    /// <summary>Outcomes that wait for their commit. A crash now would send their messages twice, so beyond this nothing more is sent.</summary>
    public int UncommittedOutcomes { get; init; } = 500;

    /// <summary>How often waiting rows are looked for. A hint makes it sooner.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the trace of a message is kept: people ask within weeks.</summary>
    public TimeSpan TraceLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What a drain gives transactions that are under way; then they are cut off, before the host's own patience ends.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
