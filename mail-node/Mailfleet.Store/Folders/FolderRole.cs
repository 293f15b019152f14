namespace Mailfleet.Store.Folders;

/// <summary>What a folder is for (RFC 6154, RFC 8621 §2). The numbers stand in rows, and are the ids of these folders.</summary>
public enum FolderRole
{
    Inbox = 1,
    Sent = 2,
    Drafts = 3,
    Trash = 4,
    Junk = 5,
    Archive = 6,
}
