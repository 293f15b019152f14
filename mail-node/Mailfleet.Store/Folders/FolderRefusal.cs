namespace Mailfleet.Store.Folders;

/// <summary>Why a folder cannot be made, moved or deleted. Nothing has changed.</summary>
public enum FolderRefusal
{
    /// <summary>The folder is gone, or was never there.</summary>
    NotFound,

    /// <summary>The folder that it should stand in is gone.</summary>
    ParentNotFound,

    /// <summary>A folder beside it has this name, or it is the inbox's.</summary>
    NameTaken,

    /// <summary>It, or a folder in it, would stand too deep.</summary>
    TooDeep,

    /// <summary>The mailbox has as many folders as it may have.</summary>
    TooMany,

    /// <summary>A folder with a role is neither moved nor deleted, and the inbox keeps its name.</summary>
    SystemFolder,

    /// <summary>Folders stand in it; they go or move first.</summary>
    HasFolders,

    /// <summary>A folder cannot stand in itself or in a folder of its own.</summary>
    InsideItself,

    /// <summary>The mailbox is gone.</summary>
    MailboxGone,
}
