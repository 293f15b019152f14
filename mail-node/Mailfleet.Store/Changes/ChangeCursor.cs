namespace Mailfleet.Store.Changes;

/// <summary>How much of a mailbox's changes somebody has seen: all below the modseq, and of those at it the e-mails up to this id. JMAP's state string and IMAP's modseq are made of it.</summary>
public readonly record struct ChangeCursor(long ModSeq, long EmailId)
{
    /// <summary>Everything up to and including this modseq.</summary>
    public static ChangeCursor After(long modSeq) => new(modSeq, long.MaxValue);
}
