using Mailfleet.Cell;

namespace Mailfleet.Directory;

/// <summary>A mailbox as the node sees it.</summary>
/// <param name="Address">Primary address, <c>local@a-label.domain</c>, lower case.</param>
public sealed record MailboxEntry(MailboxKey Key, string Address, long QuotaBytes);

/// <summary>What the cell knows of an address.</summary>
public abstract record Resolution
{
    private Resolution() { }

    /// <summary>The domain is not one of this cell's proven, active domains.</summary>
    public sealed record NotLocal : Resolution;

    /// <summary>The domain is local, the local part is nobody's.</summary>
    public sealed record NoSuchMailbox : Resolution;

    public sealed record Found(MailboxEntry Mailbox) : Resolution;
}

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
