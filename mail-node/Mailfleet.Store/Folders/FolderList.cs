namespace Mailfleet.Store.Folders;

/// <summary>All folders of a mailbox at one moment, by id.</summary>
/// <param name="ModSeq">The mailbox's last change that the list knows of.</param>
public sealed record FolderList(long ModSeq, IReadOnlyList<MailFolder> Folders);
