namespace Mailfleet.Directory.LogIns;

/// <summary>
/// One password from one address for one account, while it is being judged. A mail program opens many connections at once: together they are one try,
/// counted once, until the last of them is done. The throttle's lock guards it.
/// </summary>
internal sealed class LogInTry(LogInParty party, ulong mark, bool isKnown, TimeSpan delay)
{
    public LogInParty Party => party;

    public ulong Mark => mark;

    public bool IsKnown => isKnown;

    public TimeSpan Delay => delay;

    public int Members { get; set; } = 1;

    /// <summary>What it still counts against.</summary>
    public CountedBy Counts { get; set; }

    public bool IsWrong { get; set; }
}
