namespace Mailfleet.Smtp;

/// <summary>What came of AUTH.</summary>
public abstract record SmtpLogIn
{
    private SmtpLogIn() { }

    /// <summary>How long the reply is to be held back.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Beyond the limits, and from where the account is not known: it counts towards a ban.</summary>
    public bool IsOffence { get; init; }

    /// <param name="Watch">Has the session told, once and from any thread, when the log-in no longer stands; disposing ends that.</param>
    public sealed record Accepted(SmtpIdentity Identity, Func<Action, IDisposable>? Watch = null) : SmtpLogIn;

    /// <summary>535 5.7.8, with the reason when the user should know it (access blocked); null tells nothing.</summary>
    public sealed record Rejected(string? Reason = null) : SmtpLogIn;

    /// <summary>454 4.7.0</summary>
    public sealed record Unavailable : SmtpLogIn;
}
