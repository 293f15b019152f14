namespace Mailfleet.Store.Folders;

/// <summary>The folders of a mailbox while its lock is held: what may be done to them. Plain reasoning, no database.</summary>
internal sealed class FolderTree(IReadOnlyDictionary<int, FolderTree.Node> nodes, int maxFolders, int maxDepth)
{
    public FolderRefusal? WhyNotCreate(FolderId? parent, FolderName name)
    {
        if (nodes.Count >= maxFolders)
            return FolderRefusal.TooMany;
        if (parent is { } above && !nodes.ContainsKey(above.Value))
            return FolderRefusal.ParentNotFound;
        return DepthUnder(parent) > maxDepth ? FolderRefusal.TooDeep : WhyNotNamed(0, parent, name);
    }

    public FolderRefusal? WhyNotMove(FolderId folder, FolderId? parent, FolderName name)
    {
        if (!nodes.TryGetValue(folder.Value, out Node? node))
            return FolderRefusal.NotFound;
        if ((folder.Role is not null && node.Parent != parent?.Value) || (folder == FolderId.Inbox && name.Value != node.Name))
            return FolderRefusal.SystemFolder;
        if (parent is { } above && !nodes.ContainsKey(above.Value))
            return FolderRefusal.ParentNotFound;
        if (PathTo(parent).Contains(folder.Value))
            return FolderRefusal.InsideItself;
        return DepthUnder(parent) + HeightOf(folder.Value) > maxDepth ? FolderRefusal.TooDeep : WhyNotNamed(folder.Value, parent, name);
    }

    public FolderRefusal? WhyNotDelete(FolderId folder)
    {
        if (!nodes.ContainsKey(folder.Value))
            return FolderRefusal.NotFound;
        if (folder.Role is not null)
            return FolderRefusal.SystemFolder;
        return nodes.Values.Any(node => node.Parent == folder.Value) ? FolderRefusal.HasFolders : null;
    }

    public FolderRefusal? WhyNotEmpty(FolderId folder) => nodes.ContainsKey(folder.Value) ? null : FolderRefusal.NotFound;

    private FolderRefusal? WhyNotNamed(int folder, FolderId? parent, FolderName name) =>
        (parent is null && name.IsInbox && folder != FolderId.Inbox.Value)
        || nodes.Any(other => other.Key != folder && other.Value.Parent == parent?.Value && other.Value.Name == name.Value)
            ? FolderRefusal.NameTaken : null;

    /// <summary>The depth of what stands under the parent; 1 is the top level.</summary>
    private int DepthUnder(FolderId? parent) => PathTo(parent).Count() + 1;

    // Bounded by the number of folders: a damaged tree must not hang whoever walks it.
    private IEnumerable<int> PathTo(FolderId? folder)
    {
        int? at = folder?.Value;
        for (int step = 0; step < nodes.Count && at is { } id && nodes.TryGetValue(id, out Node? node); step++, at = node.Parent)
            yield return id;
    }

    /// <summary>How many levels stand under a folder.</summary>
    private int HeightOf(int folder)
    {
        ILookup<int?, int> below = nodes.ToLookup(node => node.Value.Parent, node => node.Key);
        int height = 0;
        for (int[] level = [.. below[folder]]; level.Length > 0 && height < nodes.Count; level = [.. level.SelectMany(id => below[id])])
            height++;
        return height;
    }

    internal sealed record Node(int? Parent, string Name);
}
