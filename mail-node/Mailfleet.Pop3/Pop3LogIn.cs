namespace Mailfleet.Pop3;

/// <summary>What came of a log-in.</summary>
public abstract record Pop3LogIn
{
    private Pop3LogIn() { }

    /// <summary>How long the reply is to be held back.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Beyond the limits, and from where the account is not known: it counts towards a ban.</summary>
    public bool IsOffence { get; init; }

    /// <param name="Watch">Has the session told, once and from any thread, when the log-in no longer stands; disposing ends that.</param>
    public sealed record Accepted(IPop3Maildrop Maildrop, Func<Action, IDisposable>? Watch = null) : Pop3LogIn;

    /// <summary>-ERR [AUTH] (RFC 3206), with the reason when the user should know it (access blocked); null tells nothing.</summary>
    public sealed record Rejected(string? Reason = null) : Pop3LogIn;

    /// <summary>-ERR [SYS/TEMP] (RFC 3206).</summary>
    public sealed record Unavailable : Pop3LogIn;
}
