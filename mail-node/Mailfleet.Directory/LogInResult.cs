namespace Mailfleet.Directory;

/// <summary>What came of a log-in.</summary>
public abstract record LogInResult
{
    private LogInResult() { }

    /// <param name="Standing">What <see cref="MailDirectory.Watch"/> keeps an eye on.</param>
    public sealed record Accepted(MailboxEntry Mailbox, LogInStanding Standing) : LogInResult;

    /// <summary>Unknown user or wrong password; the two take the same time and look the same.</summary>
    /// <param name="Delay">How long the answer is to be held back.</param>
    public sealed record Rejected(TimeSpan Delay) : LogInResult;

    /// <summary>The password is right, and the customer's users may not come in.</summary>
    public sealed record Closed(CustomerStanding Standing) : LogInResult;

    /// <summary>Too many failures stand against the client or the account: the password was not looked at.</summary>
    /// <param name="Delay">How long the answer is to be held back.</param>
    /// <param name="IsKnown">Whether the account has lately logged in from there: it is more likely a user's old password than an attack.</param>
    public sealed record Throttled(TimeSpan Delay, bool IsKnown) : LogInResult;

    /// <summary>Too many password checks are waiting; the client may try again.</summary>
    public sealed record Busy : LogInResult;
}
