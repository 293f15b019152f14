namespace Mailfleet.Store.Messages;

/// <summary>Why messages were not moved or copied, or not all of them.</summary>
public enum TransferRefusal
{
    /// <summary>The folder they were to go to is gone. A move in several steps may have done some of them.</summary>
    FolderGone,

    /// <summary>The copies do not fit the mailbox; there is none.</summary>
    OverQuota,

    /// <summary>The mailbox is gone.</summary>
    MailboxGone,
}
