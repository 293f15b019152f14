namespace Mailfleet.Store;

public enum DeliveryStatus
{
    /// <summary>Durable for every target.</summary>
    Stored,

    /// <summary>Durable on this node's own disk; delivered when the cell's database is back (250).</summary>
    Spooled,

    /// <summary>One target had no room; nothing is stored (452 4.2.2).</summary>
    OverQuota,

    /// <summary>One target is gone since RCPT; nothing is stored (450 4.2.1, the client tries again).</summary>
    MailboxGone,

    /// <summary>One target is to be refused when its folder is gone, and it is; nothing is stored.</summary>
    FolderGone,

    /// <summary>Disk or database trouble; nothing is acknowledged (451).</summary>
    Failed,
}
