using Mailfleet.Cell;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Deleting;
using Npgsql;

namespace Mailfleet.Store.Folders;

/// <summary>
/// The folders of mailboxes. Every mailbox has the six with a role as soon as somebody asks for its folders. What cannot be done is a returned refusal;
/// what was done survives a power cut.
/// </summary>
public sealed class MailboxFolders
{
    private readonly NpgsqlDataSource _cell;
    private readonly BulkDeletion _deletion;
    private readonly ChangeHints _hints;
    private readonly StoreOptions _options;

    internal MailboxFolders(NpgsqlDataSource cell, BulkDeletion deletion, ChangeHints hints, StoreOptions options) =>
        (_cell, _deletion, _hints, _options) = (cell, deletion, hints, options);

    /// <summary>Empty when the mailbox is not in the cell's directory.</summary>
    public async Task<FolderList> ListAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        FolderList list = await FolderRows.ListAsync(_cell, mailbox, cancellationToken);
        if (list.Folders.Count(folder => folder.Role is not null) == Enum.GetValues<FolderRole>().Length)
            return list;
        await EnsureAsync(mailbox, cancellationToken);
        return await FolderRows.ListAsync(_cell, mailbox, cancellationToken);
    }

    /// <param name="parent">Null for the top level.</param>
    public Task<FolderResult> CreateAsync(MailboxKey mailbox, FolderId? parent, FolderName name, CancellationToken cancellationToken) =>
        ChangeAsync(
            mailbox,
            async (locked, tree) => tree.WhyNotCreate(parent, name) is { } refusal
                ? FolderResult.Refused(refusal)
                : FolderResult.Done(await FolderRows.InsertAsync(locked, parent, name, cancellationToken)),
            cancellationToken);

    /// <summary>Gives the folder a place and a name; what stands in it comes along.</summary>
    /// <param name="parent">Null for the top level.</param>
    public Task<FolderResult> MoveAsync(MailboxKey mailbox, FolderId folder, FolderId? parent, FolderName name, CancellationToken cancellationToken) =>
        ChangeAsync(
            mailbox,
            async (locked, tree) =>
            {
                if (tree.WhyNotMove(folder, parent, name) is { } refusal)
                    return FolderResult.Refused(refusal);
                await FolderRows.PlaceAsync(locked, folder, parent, name, cancellationToken);
                return FolderResult.Done(folder);
            },
            cancellationToken);

    /// <summary>Deletes the folder with its messages, however many: nobody sees them when this returns, and their bytes are given back within moments.</summary>
    public Task<FolderResult> DeleteAsync(MailboxKey mailbox, FolderId folder, CancellationToken cancellationToken) =>
        ClearAsync(mailbox, folder, tree => tree.WhyNotDelete(folder), locked => FolderRows.DeleteAsync(locked, folder, cancellationToken), cancellationToken);

    /// <summary>Deletes the messages that are in the folder now, however many, in the same way; the folders in it stay as they are.</summary>
    public Task<FolderResult> EmptyAsync(MailboxKey mailbox, FolderId folder, CancellationToken cancellationToken) =>
        ClearAsync(mailbox, folder, tree => tree.WhyNotEmpty(folder), locked => FolderRows.EmptyAsync(locked, folder, cancellationToken), cancellationToken);

    private async Task<FolderResult> ClearAsync(
        MailboxKey mailbox, FolderId folder, Func<FolderTree, FolderRefusal?> whyNot, Func<LockedMailbox, Task> clear, CancellationToken cancellationToken)
    {
        FolderResult result = await ChangeAsync(
            mailbox,
            async (locked, tree) =>
            {
                if (whyNot(tree) is { } refusal)
                    return FolderResult.Refused(refusal);
                await clear(locked);
                return FolderResult.Done(folder);
            },
            cancellationToken);
        if (result.Refusal is null)
            _deletion.FinishSoon(mailbox);
        return result;
    }

    private async Task<FolderResult> ChangeAsync(MailboxKey mailbox, Func<LockedMailbox, FolderTree, Task<FolderResult>> change, CancellationToken cancellationToken)
    {
        // Before any lock: the names of the folders with a role are taken before a user can take them.
        await EnsureAsync(mailbox, cancellationToken);
        await using LockedMailbox? locked = await LockedMailbox.TryOpenAsync(_cell, mailbox, cancellationToken);
        if (locked is null)
            return FolderResult.Refused(FolderRefusal.MailboxGone);
        FolderTree tree = new(await FolderRows.ReadTreeAsync(locked, cancellationToken), _options.MaxFolders, _options.MaxFolderDepth);
        FolderResult result = await change(locked, tree);
        if (result.Refusal is not null)
            return result;
        await locked.CommitAsync();
        _hints.Announce(mailbox);
        return result;
    }

    private async Task EnsureAsync(MailboxKey mailbox, CancellationToken cancellationToken)
    {
        await MailboxRows.EnsureAsync(_cell, [mailbox.Value], cancellationToken);
        await FolderRows.EnsureSystemAsync(_cell, [mailbox.Value], cancellationToken);
    }
}
