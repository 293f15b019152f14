namespace Mailfleet.Directory;

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
