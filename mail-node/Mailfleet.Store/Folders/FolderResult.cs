namespace Mailfleet.Store.Folders;

/// <summary>A folder that was made or changed, or why not.</summary>
public readonly record struct FolderResult(FolderId? Folder, FolderRefusal? Refusal)
{
    internal static FolderResult Done(FolderId folder) => new(folder, null);

    internal static FolderResult Refused(FolderRefusal refusal) => new(null, refusal);
}
