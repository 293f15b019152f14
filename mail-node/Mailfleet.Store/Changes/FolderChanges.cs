using Mailfleet.Store.Folders;

namespace Mailfleet.Store.Changes;

/// <summary>What became of folders since a modseq, each in one list only.</summary>
/// <param name="Updated">Have another name or place, and perhaps other counters.</param>
/// <param name="Counted">Only their counters may have changed.</param>
/// <param name="ModSeq">The mailbox's last change that this knows of.</param>
public sealed record FolderChanges(
    IReadOnlyList<FolderId> Created, IReadOnlyList<FolderId> Updated, IReadOnlyList<FolderId> Counted, IReadOnlyList<FolderId> Destroyed, long ModSeq);
