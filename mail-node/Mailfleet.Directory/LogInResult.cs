namespace Mailfleet.Directory;

/// <summary>What came of a log-in.</summary>
public abstract record LogInResult
{
    private LogInResult() { }

    public sealed record Accepted(MailboxEntry Mailbox) : LogInResult;

    /// <summary>Unknown user or wrong password; the two take the same time and look the same.</summary>
    public sealed record Rejected : LogInResult;

    /// <summary>Too many password checks are waiting; the client may try again.</summary>
    public sealed record Busy : LogInResult;
}
