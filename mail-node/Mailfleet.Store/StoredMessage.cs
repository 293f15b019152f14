using Mailfleet.Cell;
using Mailfleet.Store.Folders;

namespace Mailfleet.Store;

/// <summary>Where a message went in a mailbox (RFC 4315 §3 wants to know).</summary>
public readonly record struct StoredMessage(MailboxKey Mailbox, long EmailId, FolderId Folder, uint Uid);
